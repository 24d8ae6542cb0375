/** How to reach a witness with clients of the SDK. Without an address or credentials it is AWS, as the SDK finds it. */
export type ClientConfig = {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
};

export type Place = {
  readonly config: ClientConfig;
  /** 12 digits. */
  readonly account: string;
  /** Eight hex digits behind the name of whatever is made, or nothing where nobody else makes anything. */
  readonly run: string;
};

export type Witness = {
  readonly name: 'emulator' | 'moto' | 'aws';
  /** Where nothing of an earlier scenario is left. */
  readonly fresh: () => Promise<Place>;
  /** Lets so much of its own time pass. */
  readonly wait: (seconds: number) => Promise<void>;
  readonly close: () => Promise<void>;
};
