/** `aws`, `aws-cn`, `aws-us-gov`: the second part of every ARN, fixed by the Region. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return 'aws';
}

export type ArnMaker = (service: string, resource: string) => string;

export function arnMaker(region: string, accountId: string): ArnMaker {
  return (service, resource) => `arn:${partitionOf(region)}:${service}:${region}:${accountId}:${resource}`;
}
