export type IsMine = (name: string | undefined) => boolean;
/** Tells what it deleted, one after the other. */
export type Sweep = AsyncGenerator<string>;
export type Wait = (seconds: number) => Promise<void>;
