import { type CollectionTag, parse, type ScalarTag } from 'yaml';
import { slot } from './policies.ts';
import { readText } from './source-tree.ts';

export type Template = {
  readonly Outputs: Readonly<Record<string, { readonly Description?: string }>>;
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

const SCALARS = [
  scalar('Ref', (text) => slot(nameOf(text))),
  scalar('GetAtt', (text) => slot(nameOf(text))),
  scalar('Sub', (text) => text.replace(/\$\{([\w:.]+)\}/g, (_, name: string) => slot(nameOf(name)))),
  scalar('Condition', (text) => text),
];

const LISTS = ['If', 'Equals', 'EachMemberEquals', 'Not', 'And', 'Join'].map(
  (name): CollectionTag => ({
    tag: `!${name}`,
    collection: 'seq',
    resolve: (list) => {
      const items: unknown[] = list.toJSON();
      // The provider is either made or given: in both cases it is "the provider".
      return name === 'If' && items[0] === 'MakesOidcProvider' ? slot('OidcProviderArn') : { [name]: items };
    },
  }),
);
