/**
 * Skips the tests that follow the first failure: one failure is enough to kill a mutant.
 */
const { TestEnvironment } = require('jest-environment-node')

module.exports = class FirstFailure extends TestEnvironment {
  failed = false

  handleTestEvent({ name, test }) {
    if (name === 'test_done' && test.errors.length > 0) this.failed = true
    if (name === 'test_start' && this.failed) test.mode = 'skip'
  }
}
