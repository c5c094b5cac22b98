// Measures one topic in a process of its own, so that no topic is measured in what another has left behind.
import * as calls from './calls.mjs'
import { inFlight } from './inFlight.mjs'
import { memory } from './memory.mjs'
import { fixpoint, windows } from './windows.mjs'

const topics = { ...calls, inFlight, memory, windows, fixpoint }

process.send(await topics[process.argv[2]](), () => process.exit())
