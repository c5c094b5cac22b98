// src/replay/Shadow.ts
import type { Settings } from '../core/Config'
import type { Observer, Transition } from '../shell/Notice'
export declare const shadow: (
  settings: Settings,
  report: (message: string, transition: Transition) => unknown
) => Observer
