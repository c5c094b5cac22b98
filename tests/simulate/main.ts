import { failureRate } from 'breaker-ts/TripStrategy'
import { timeWindow } from 'breaker-ts/Window'

import { Fleet } from './fleet'
import { kit } from './kit'
import { fair } from './network'
const main = async () => {
  const t0 = Date.now()
  const fleet = new Fleet(
    kit,
    {
      name: 'x',
      members: 4,
      settings: { name: 'payments', failureThreshold: 3, recoveryTimeoutSeconds: 1, probeTimeoutSeconds: 2 },
      seconds: 300,
      rate: 50,
      failing: (s) => (Math.floor(s / 5) % 2 === 1 ? 100 : 0),
      workSeconds: [0.005, 0.05],
      weather: fair,
      threshold: 3
    },
    1
  )
  await fleet.play()
  console.log(
    Date.now() - t0,
    fleet.made,
    fleet.network.traffic,
    fleet.broken.slice(0, 5),
    fleet.reports.slice(0, 5),
    fleet.notices.length
  )
  const t1 = Date.now()
  const count = new Fleet(
    kit,
    {
      name: 'x',
      members: 4,
      settings: { name: 'payments', window: timeWindow(1e6), trip: failureRate(1, 1e6), probeTimeoutSeconds: 2 },
      seconds: 100,
      rate: 50,
      failing: () => 20,
      workSeconds: [0.005, 0.05],
      weather: fair,
      threshold: Infinity
    },
    1
  )
  await count.play()
  console.log(
    Date.now() - t1,
    count.made,
    count.network.traffic,
    count.broken.slice(0, 5),
    count.reports.slice(0, 5),
    count.notices.length
  )
}
void main()
