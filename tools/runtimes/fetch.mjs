import { isCircuitOpenError } from 'breaker-ts/CircuitOpenError'
import { protectFetch } from 'breaker-ts/Fetch'

import { fetched } from './scenario.cjs'

const [origin, control] = process.argv.slice(2)
console.log(JSON.stringify(await fetched({ protectFetch, isCircuitOpenError }, fetch, origin, control)))
