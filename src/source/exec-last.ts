/** Words after which the shell itself has to go on: `exec` in front of them is an error, or another command. */
const shellWords = new Set(
  '! . : [ [[ { } alias bg break case cd command continue declare do done elif else esac eval exit export fg fi for function getopts if in jobs let local popd pushd read readonly return select set shift source test then time times trap type typeset ulimit umask unalias unset until wait while echo printf true false'.split(
    ' ',
  ),
);

/**
 * Puts `exec` in front of the last program, so that it takes the place of the shell and hears of SIGTERM itself: a shell
 * does not pass it on, and ECS would wait half a minute and then kill. `undefined`: with pipes, subshells and the like
 * there is no such place.
 */
export function execLast(command: string): string | undefined {
  const start = findLastCommand(command);
  if (start === undefined) return undefined;
  const last = command.slice(start);
  const [, assignments = '', word = ''] =
    /^((?:[A-Za-z_]\w*=(?:[^\s'"`$\\]|"[^"`$\\]*"|'[^']*')*\s+)*)(\S+)/.exec(last) ?? [];
  if (word === 'exec') return command;
  if (word === '' || shellWords.has(word) || /^(?:\w+\+?=|\d*[<>&])/.test(word)) return undefined;
  const at = start + assignments.length;
  return `${command.slice(0, at)}exec ${command.slice(at)}`;
}

/** Where the last of the commands that `&&`, `;`, `&` and line ends separate begins; `undefined` if that is not sure. */
function findLastCommand(command: string): number | undefined {
  let start = 0;
  let at = 0;
  while (at < command.length) {
    tokenPattern.lastIndex = at;
    const token = tokenPattern.exec(command)?.[0];
    if (token === undefined) return undefined;
    if (separators.has(token.trim()) || /^\s*\n\s*$/.test(token)) start = at + token.length;
    at += token.length;
  }
  const last = command.slice(start);
  return last.trim() === '' ? undefined : start + (last.length - last.trimStart().length);
}

const separators = new Set(['&&', ';', '&']);

/**
 * What is understood: quotes, escapes, `$(…)` and `${…}` without quotes or brackets in them,
 * redirections, separators, line ends, plain characters. Nothing else, above all no `|`, `(`, `#` after a blank, `<<`.
 */
const tokenPattern =
  /'[^']*'|"(?:[^"\\`$]|\\.|\$\w+|\$\{[^}'"`]*\}|\$\([^()'"`]*\))*"|\\[^\n]|\$\{[^}'"`]*\}|\$\([^()'"`]*\)|\$[\w?!#@*$-]|\d*(?:>>|>&|&>|>|<(?!<))|&&|&|;(?!;)|[^\S\n]*\n\s*|[^\S\n]+(?!#)|(?:[^\s'"\\$<>&;|()#`]#*)+/sy;
