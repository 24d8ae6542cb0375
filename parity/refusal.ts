/** Nothing was done, for want of something that whoever asks can give. */
export class Refusal extends Error {}
