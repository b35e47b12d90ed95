export { addressBlock } from './address-block.ts';
export { BoundedMap } from './bounded-map.ts';
export { emptyBucket, fillBucket, roomIn, secondsUntilRoom, type Bucket, type Limit } from './bucket.ts';
export { openLimiter, type Limiter, type Taken } from './open-limiter.ts';
export { openRedisShares } from './redis-shares.ts';
