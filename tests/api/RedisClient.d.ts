// src/stores/RedisClient.ts
export interface Emitter {
  on(event: string, listener: (...args: ReadonlyArray<unknown>) => void): unknown
  off(event: string, listener: (...args: ReadonlyArray<unknown>) => void): unknown
}
export interface NodeRedisLike extends Emitter {
  eval(
    script: string,
    options: {
      keys: Array<string>
      arguments: Array<string>
    }
  ): Promise<unknown>
  evalSha(
    sha1: string,
    options: {
      keys: Array<string>
      arguments: Array<string>
    }
  ): Promise<unknown>
  duplicate(): Emitter & {
    connect(): Promise<unknown>
    subscribe(channel: string, listener: (message: string, channel: string) => void): Promise<unknown>
    unsubscribe(channel: string): Promise<unknown>
    destroy(): unknown
    unref?(): unknown
  }
}
export interface IoRedisLike extends Emitter {
  eval(script: string, keys: number, ...args: Array<string>): Promise<unknown>
  evalsha(sha1: string, keys: number, ...args: Array<string>): Promise<unknown>
  duplicate(): Emitter & {
    connect(): Promise<unknown>
    subscribe(channel: string): Promise<unknown>
    unsubscribe(channel: string): Promise<unknown>
    disconnect(): unknown
  }
}
