import * as Event from 'breaker-ts/Event'

describe('Event', () => {
  it('has plain data for everything that can happen, which survives JSON', () => {
    const permit = Event.probePermit(2, 'a')
    const events = [
      Event.admitted('a'),
      Event.succeeded(permit),
      Event.failed(permit),
      Event.released(Event.callPermit(0)),
      Event.successRecorded,
      Event.failureRecorded,
      Event.reset,
      Event.isolationStarted,
      Event.isolationEnded,
      Event.breakerDisabled,
      Event.breakerEnabled
    ]
    expect(JSON.parse(JSON.stringify(events))).toEqual(events)
    expect(events).toStrictEqual([
      { _tag: 'Admitted', probe: 'a' },
      { _tag: 'Succeeded', permit: { generation: 2, probe: 'a' } },
      { _tag: 'Failed', permit: { generation: 2, probe: 'a' } },
      { _tag: 'Released', permit: { generation: 0, probe: null } },
      { _tag: 'SuccessRecorded' },
      { _tag: 'FailureRecorded' },
      { _tag: 'Reset' },
      { _tag: 'IsolationStarted' },
      { _tag: 'IsolationEnded' },
      { _tag: 'BreakerDisabled' },
      { _tag: 'BreakerEnabled' }
    ])
  })

  it('of a failure says what is known of it, and holds nothing for what is not', () => {
    const permit = Event.callPermit(0)
    expect(Event.failed(permit, { slow: true })).toStrictEqual({ _tag: 'Failed', permit, slow: true })
    expect(Event.failed(permit, { retryAfterSeconds: 9 })).toStrictEqual({
      _tag: 'Failed',
      permit,
      retryAfterSeconds: 9
    })
  })
})
