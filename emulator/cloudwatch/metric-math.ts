import { validationError } from './input.ts';
import { MATH_FUNCTIONS, type MathContext, type MathValue, pointwise } from './math-functions.ts';

/**
 * Metric math: arithmetic, comparisons, `AND`/`OR`, and the functions that alarms and shares of traffic need.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function evaluateExpression(expression: string, context: MathContext): MathValue {
  const tokens = expression.match(TOKEN) ?? [];
  if (tokens.join('') !== expression.replace(/\s+/g, '')) {
    throw validationError(`Error in expression '${expression}': Syntax error`);
  }
  let position = 0;
  const peek = (): string | undefined => tokens[position];
  const take = (): string | undefined => {
    position += 1;
    return tokens[position - 1];
  };
  const expect = (wanted: string): void => {
    if (take() !== wanted) throw validationError(`Error in expression '${expression}': expected '${wanted}'`);
  };

  const parseList = (close: string): MathValue[] => {
    const items: MathValue[] = [];
    while (peek() !== close) {
      items.push(parseBinary(0));
      if (peek() === ',') take();
      else break;
    }
    expect(close);
    return items;
  };

  const parsePrimary = (): MathValue => {
    const token = take() ?? '';
    if (token === '(') {
      const value = parseBinary(0);
      expect(')');
      return value;
    }
    if (token === '[') return parseList(']').flatMap((item) => (Array.isArray(item) ? item : [item]));
    if (token === '-') return pointwise(0, parsePrimary(), (zero, value) => zero - value);
    if (/^[\d.]/.test(token)) return Number(token);
    if (peek() === '(') {
      const known = MATH_FUNCTIONS[token.toUpperCase()];
      if (!known) throw validationError(`The emulator does not model the metric math function ${token}.`);
      take();
      return known(parseList(')'), context);
    }
    if (MATH_WORDS.includes(token)) return context.word(token);
    return context.find(token);
  };

  const parseBinary = (level: number): MathValue => {
    const operators = LEVELS[level];
    if (!operators) return parsePrimary();
    let left = parseBinary(level + 1);
    for (let operator = operators[peek() ?? '']; operator; operator = operators[peek() ?? '']) {
      take();
      left = pointwise(left, parseBinary(level + 1), operator);
    }
    return left;
  };

  const value = parseBinary(0);
  if (position < tokens.length) throw validationError(`Error in expression '${expression}': Syntax error`);
  return value;
}

const TOKEN = /\d+(?:\.\d+)?|\.\d+|[A-Za-z][A-Za-z0-9_]*|&&|\|\||[<>=!]=|[-+*/^<>()[\],]/g;

/** What FILL may be given beside a number. */
const MATH_WORDS = ['REPEAT', 'LINEAR'];

type Operators = Readonly<Record<string, (one: number, other: number) => number>>;

/** Weakest first. A comparison gives 1 or 0. */
const LEVELS: readonly Operators[] = [
  {
    OR: (one, other) => Number(one !== 0 || other !== 0),
    '||': (one, other) => Number(one !== 0 || other !== 0),
  },
  {
    AND: (one, other) => Number(one !== 0 && other !== 0),
    '&&': (one, other) => Number(one !== 0 && other !== 0),
  },
  {
    '==': (one, other) => Number(one === other),
    '!=': (one, other) => Number(one !== other),
    '<=': (one, other) => Number(one <= other),
    '>=': (one, other) => Number(one >= other),
    '<': (one, other) => Number(one < other),
    '>': (one, other) => Number(one > other),
  },
  { '+': (one, other) => one + other, '-': (one, other) => one - other },
  { '*': (one, other) => one * other, '/': (one, other) => one / other },
  { '^': (one, other) => one ** other },
];
