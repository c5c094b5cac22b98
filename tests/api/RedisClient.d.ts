// src/stores/RedisClient.ts
export {}
