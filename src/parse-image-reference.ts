/** An image reference, taken apart. */
export type ImageReference = {
  /** With the port, if there is one; undefined = Docker Hub. */
  readonly host: string | undefined;
  readonly repository: string;
  /** What names the image in the repository: the digest when there is one, since it is what counts. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
};

/** The first part is a host when it could not be a name: it has a dot or a port, or is `localhost`. */
export function splitReference(reference: string): ImageReference {
  const [name = '', digest] = reference.split('@');
  const first = name.slice(0, Math.max(0, name.indexOf('/')));
  const host = /[.:]/.test(first) || first === 'localhost' ? first : undefined;
  const rest = host === undefined ? name : name.slice(host.length + 1);
  const colon = rest.lastIndexOf(':');
  return {
    host,
    repository: colon < 0 ? rest : rest.slice(0, colon),
    tag: colon < 0 ? (digest === undefined ? 'latest' : undefined) : rest.slice(colon + 1),
    digest,
  };
}

/** `HOST/REPOSITORY`: without what names the image in it. */
export function bareReference(reference: string): string {
  const { host, repository } = splitReference(reference);
  return host === undefined ? repository : `${host}/${repository}`;
}

export function withDigest(reference: string, digest: string): string {
  return `${bareReference(reference)}@${digest}`;
}

export type EcrRegistry = { readonly accountId: string; readonly region: string };

/**
 * Reads a registry's host in any partition: `<account>.dkr.ecr.<region>.amazonaws.com`, with `-fips` after `ecr`, with
 * another suffix (China, the isolated and European partitions), and `<account>.dkr-ecr.<region>.on.aws` (dual stack).
 * (ECR user guide, "Making requests to Amazon ECR registries".)
 */
export function parseEcrHost(host: string): EcrRegistry | undefined {
  const match = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z]{2,}(?:-[a-z]+)+-\d+)\.[a-z0-9.-]+(?::\d+)?$/.exec(
    host,
  );
  const [, accountId, region] = match ?? [];
  return accountId === undefined || region === undefined ? undefined : { accountId, region };
}

/**
 * Only a host with a port can be ECR's besides the names above, when a custom endpoint is set; ECR's own never has one.
 * It is worth a call to ask; every image of Docker Hub or GitHub's registry is not.
 */
export function mayBeInEcr(host: string | undefined): host is string {
  return host !== undefined && (parseEcrHost(host) !== undefined || /:\d+$/.test(host));
}
