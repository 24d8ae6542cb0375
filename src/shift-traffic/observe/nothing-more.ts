/** What an intent has no use for. */
export const nothingMore = {
  blue: undefined,
  green: undefined,
  delegation: undefined,
  blueHasIpv6: undefined,
  greenHttp: undefined,
  quiet: undefined,
  domains: undefined,
  otherNames: undefined,
  followers: undefined,
  protections: undefined,
  greenCommits: undefined,
  healthChecks: [],
  alarms: undefined,
};

export const noMoreOfName = {
  externalDnsOwner: undefined,
  wildcard: undefined,
  health: undefined,
  readiness: undefined,
  greenReadiness: undefined,
  blueAnswer: undefined,
};
