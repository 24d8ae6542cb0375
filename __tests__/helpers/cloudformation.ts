import { type CollectionTag, parse, type ScalarTag } from 'yaml';
import { slot } from './policies.ts';
import { readText } from './source-tree.ts';

export type Template = {
  readonly Outputs: Readonly<Record<string, object>>;
  readonly Parameters: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Default?: string;
        readonly AllowedPattern?: string;
        readonly MaxLength?: number;
      }
    >
  >;
  readonly Rules: Readonly<Record<string, object>>;
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Condition?: string;
        readonly Properties: Readonly<Record<string, unknown>>;
      }
    >
  >;
};

/**
 * The template with what CloudFormation fills in written as in bootstrap/policies: `!GetAtt TaskRole.Arn` is
 * `${TaskRoleArn}`, `!Sub` of `${AWS::Region}` has `${Region}`. Other functions stay as `{ Not: [...] }`.
 */
export function readTemplate(): Template {
  return parse(readText('bootstrap/cloudformation.yaml'), { customTags: [...SCALARS, ...LISTS] });
}

const nameOf = (reference: string): string => reference.replace(/^AWS::/, '').replace('.', '');

const scalar = (name: string, resolve: (text: string) => unknown): ScalarTag => ({
  tag: `!${name}`,
  resolve,
});

/** In a policy each text that ends in the slot of one of them stands for one text a name. */
const nameLists = ['DomainNames', 'CertificateDomains'];

const SCALARS = [
  scalar('Ref', (text) => (nameLists.includes(text) ? [slot(text)] : slot(nameOf(text)))),
  scalar('GetAtt', (text) => slot(nameOf(text))),
  scalar('Sub', (text) => text.replace(/\$\{([\w:.]+)\}/g, (_, name: string) => slot(nameOf(name)))),
  scalar('Condition', (text) => text),
];

const LISTS = ['If', 'Equals', 'EachMemberEquals', 'Not', 'And', 'Join', 'Split'].map(
  (name): CollectionTag => ({
    tag: `!${name}`,
    collection: 'seq',
    resolve: (list) => {
      const items: unknown[] = list.toJSON();
      if (name === 'Split') return splitTexts(items);
      // The provider is either made or given: in both cases it is "the provider".
      return name === 'If' && items[0] === 'MakesOidcProvider' ? slot('OidcProviderArn') : { [name]: items };
    },
  }),
);

/**
 * `!Split [",", !Join ["", ["a.", !Join [",a.", names]]]]` puts `a.` before each name: CloudFormation has no loop. Written
 * as in the policies, `["a.${Names}"]`.
 */
function splitTexts([separator, whole]: readonly unknown[]): readonly string[] {
  const [between, parts] = (whole as { readonly Join: readonly [string, readonly unknown[]] }).Join;
  if (separator !== ',' || between !== '') throw new Error(`not known: ${JSON.stringify(whole)}`);
  const text = parts.reduce<string>((before, part) => {
    if (typeof part === 'string') return before + part;
    const [prefix, [list]] = (part as { readonly Join: readonly [string, readonly [string]] }).Join;
    if (!`,${before}`.endsWith(prefix)) throw new Error(`the first of ${list} has no ${prefix} before it`);
    return before + list;
  }, '');
  return text.split(',');
}
