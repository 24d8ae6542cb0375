const { default: Sequencer } = require('@jest/test-sequencer');

/** Those that take a minute or more, though their size does not tell. */
const long =
  /\/(blog-walkthrough-can-be-typed|parity-settles-[\w-]+|unmodified-clients-work|every-writer-ends-[\w-]+|every-request-has-a-deadline|github\/api|apprunner\/dockerfile\.docker|an-app-runner-source-[\w-]+\.docker)\.test\.ts$/;

/** What starts actions or emulators takes longer than what runs in process. */
const starting = /\/__tests__\/(wire|emulator)\//;

const rankOf = ({ path }) => (long.test(path) ? 0 : starting.test(path) ? 1 : 2);

/** So that no worker is busy alone at the end. jest goes by time once it has seen all test files, and else by size alone. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    if (sorted.every(({ duration }) => duration !== undefined)) return sorted;
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
};
