/**
 * Wire and emulator tests run real processes in real time, and a machine of CI may stand still for a second: there, and
 * only there, such a test has a second go. The first failure stays in the log.
 */
const { testPath = '' } = expect.getState();
if (process.env['CI'] !== undefined && /[\\/](wire|emulator)[\\/]/.test(testPath)) {
  jest.retryTimes(1, { logErrorsBeforeRetry: true });
}
