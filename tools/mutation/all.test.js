/**
 * The suites that Stryker asks, the quickest first, in one file: modules are loaded once a mutant instead of 26 times.
 */
const SUITES = `
  transcripts Reducer State Event TripStrategy Store Clock Session shells classify Classifier Fallback CircuitBreaker
  CircuitOpenError InvalidSettings AsyncCircuitBreaker harm OwnWindow RecoveryPolicy Redux Registry Snapshot Config Codec observer Window
`

for (const suite of SUITES.trim().split(/\s+/)) require(`../../tests/${suite}.test`)
