export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/** How to reach a witness with clients of the SDK. Without an address or credentials it is AWS, as the SDK finds it. */
export type ClientConfig = {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: Credentials;
  readonly maxAttempts: number;
  /** Neither variables nor a profile lead elsewhere. */
  readonly ignoreConfiguredEndpointUrls?: boolean;
};

/** `none`: the name is there and has no address of that type, or it is not there. */
export type LookupAnswer = readonly { readonly address: string; readonly ttl: number }[] | 'none';

/** What is reached otherwise than by the SDK. */
export type Outside = {
  /** Status, headers and text of a page. */
  readonly get: (url: string, headers?: Readonly<Record<string, string>>) => Promise<Page>;
  /** Asks the name's own servers, whose TTL is the whole one; those of a zone that nobody delegates to are given. */
  readonly lookUp: (name: string, type: 'A' | 'AAAA', servers?: readonly string[]) => Promise<LookupAnswer>;
};

export type Page = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
};

/** Where an act is played. */
export type Stage = {
  readonly config: ClientConfig;
  /** 12 digits. */
  readonly account: string;
  /** Eight hex digits behind the name of whatever is made, or nothing where nobody else makes anything. */
  readonly run: string;
  readonly outside: Outside;
  /** Lets so much of its own time pass. */
  readonly wait: (seconds: number, signal?: AbortSignal) => Promise<void>;
  /** Leaves nothing of what was made. */
  readonly close: () => Promise<void>;
};

export type Witness = {
  /** `stand-in`: what a test puts into the place of AWS. */
  readonly name: 'emulator' | 'moto' | 'aws' | 'stand-in';
  /** `isShared`: among others that nobody lists. Else nothing else is there. */
  readonly open: (isShared: boolean) => Promise<Stage>;
  readonly close: () => Promise<void>;
};
