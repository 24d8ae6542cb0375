import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** As Node's own `parseArgs`, which ends at the first problem. What is not understood is left out of the values. */
export function readCommandLine<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
) {
  const judged = readTokens(args, options).map((token) => ({ token, problem: problemOf(token, options) }));
  const understood = judged.flatMap(({ token, problem }) =>
    problem === undefined && token.kind === 'option' ? [renderOption(token)] : [],
  );
  return {
    values: parseArgs({ args: understood, options }).values,
    problems: judged.flatMap(({ problem }) => problem ?? []),
  };
}

type OptionToken = {
  readonly kind: 'option';
  readonly name: string;
  /** With its dashes. */
  readonly rawName: string;
  readonly value?: string | undefined;
};
type Token =
  | OptionToken
  | { readonly kind: 'positional'; readonly value: string }
  | { readonly kind: 'option-terminator' };

function readTokens(args: readonly string[], options: ParseArgsOptionsConfig): readonly Token[] {
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  // Node takes an option for the value of the one before it.
  const at = tokens.findIndex(
    (token) => token.kind === 'option' && !token.inlineValue && token.value?.startsWith('-'),
  );
  const taking = tokens[at];
  if (taking?.kind !== 'option') return tokens;
  const { name, rawName, index } = taking;
  return [
    ...tokens.slice(0, at),
    { kind: 'option', name, rawName },
    ...readTokens(args.slice(index + 1), options),
  ];
}

function problemOf(token: Token, options: ParseArgsOptionsConfig): string | undefined {
  if (token.kind === 'positional') return `"${token.value}": not understood`;
  if (token.kind !== 'option') return undefined;
  const { name, rawName, value } = token;
  const type = Object.hasOwn(options, name) ? options[name]?.type : undefined;
  if (type === undefined) return `${rawName}: there is no such option`;
  if (type === 'boolean') return value === undefined ? undefined : `${rawName}: takes no value`;
  return value === undefined || value === '' ? `${rawName}: needs a value` : undefined;
}

const renderOption = ({ rawName, value }: OptionToken): string =>
  value === undefined ? rawName : `${rawName}=${value}`;
