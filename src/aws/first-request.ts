import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/**
 * Waits until a request of `asked` is on its way, or there is none to wait for. Loading one more SDK client blocks the
 * process for some 10 ms: that is free while an answer is awaited, and delays the first request if it comes before.
 */
export async function onceUnderWay(asked: Promise<unknown>): Promise<void> {
  const underWay = Promise.withResolvers<void>();
  // The request is complete, but its socket not yet connected: the event loop has to turn for that.
  const leave = () => void setImmediate(() => setImmediate(underWay.resolve));
  subscribe('http.client.request.start', leave);
  await Promise.race([underWay.promise, asked.catch(() => {})]);
  unsubscribe('http.client.request.start', leave);
}
