import { fillTables } from '../../../scripts/docs-tables.ts';

const empty = 'Before\n<!-- inputs -->\nold\n<!-- /inputs -->\n<!-- outputs -->\n<!-- /outputs -->\nAfter\n';
const metadata = {
  inputs: {
    name: { description: 'The name,\n  a | b', required: true },
    port: { description: 'The port', default: 80 },
    tag: { description: 'Costs $1', default: '' },
  },
  outputs: { url: { description: 'Where it is' } },
};

test('writes the tables between the markers, and nowhere else', () => {
  expect(fillTables(empty, metadata)).toEqual({
    problems: [],
    text: [
      'Before',
      '<!-- inputs -->',
      '',
      '| Input | Default | Meaning |',
      '| --- | --- | --- |',
      '| `name` | **required** | The name, a \\| b |',
      '| `port` | `80` | The port |',
      '| `tag` |  | Costs $1 |',
      '',
      '<!-- /inputs -->',
      '<!-- outputs -->',
      '',
      '| Output | Meaning |',
      '| --- | --- |',
      '| `url` | Where it is |',
      '',
      '<!-- /outputs -->',
      'After',
      '',
    ].join('\n'),
  });
});

test('written twice, the text is the same', () => {
  const once = fillTables(empty, metadata).text;
  expect(fillTables(once, metadata).text).toBe(once);
});

test('tells what is not described, and which markers are missing', () => {
  const undescribed = { inputs: { a: null, b: { description: '' } }, outputs: { c: {} } };
  expect(fillTables('no markers', undescribed)).toEqual({
    text: 'no markers',
    problems: [
      'input a has no description',
      'input b has no description',
      'the page has no <!-- inputs --> … <!-- /inputs -->',
      'output c has no description',
      'the page has no <!-- outputs --> … <!-- /outputs -->',
    ],
  });
});
