import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  ListImagesCommand,
  ListTagsForResourceCommand,
  PutImageCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecr';
import type { Scenario } from '../scenario.ts';

export const repositories: Scenario = {
  name: 'ecr-repositories',
  run: async ({ ecr, step }) => {
    const repositoryName = 'parity/app';
    const made = await step('make a repository', () =>
      ecr.send(new CreateRepositoryCommand({ repositoryName })),
    );
    await step('make it again', () => ecr.send(new CreateRepositoryCommand({ repositoryName })));
    await step('a name that is none', () =>
      ecr.send(new CreateRepositoryCommand({ repositoryName: 'Parity' })),
    );
    await step('make a second one', () =>
      ecr.send(
        new CreateRepositoryCommand({ repositoryName: 'parity/base', imageTagMutability: 'IMMUTABLE' }),
      ),
    );
    await step('read it', () =>
      ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] })),
    );
    await step('read one that is not there', () =>
      ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['parity/none'] })),
    );
    await step('list all', () => ecr.send(new DescribeRepositoriesCommand({})));
    const resourceArn = made?.repository?.repositoryArn;
    await step('tag it', () =>
      ecr.send(new TagResourceCommand({ resourceArn, tags: [{ Key: 'team', Value: 'shop' }] })),
    );
    await step('list the tags', () => ecr.send(new ListTagsForResourceCommand({ resourceArn })));
    await step('read a lifecycle policy that is not there', () =>
      ecr.send(new GetLifecyclePolicyCommand({ repositoryName })),
    );
    const rule = {
      rulePriority: 1,
      selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 5 },
      action: { type: 'expire' },
    };
    await step('put a lifecycle policy', () =>
      ecr.send(
        new PutLifecyclePolicyCommand({
          repositoryName,
          lifecyclePolicyText: JSON.stringify({ rules: [rule] }),
        }),
      ),
    );
    await step('read the lifecycle policy', () =>
      ecr.send(new GetLifecyclePolicyCommand({ repositoryName })),
    );
    await step('put a lifecycle policy that is none', () =>
      ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: '{}' })),
    );
    await step('read a repository policy that is not there', () =>
      ecr.send(new GetRepositoryPolicyCommand({ repositoryName })),
    );
    await step('make the tags immutable', () =>
      ecr.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' })),
    );
    await step('get a password', () => ecr.send(new GetAuthorizationTokenCommand({})));
    await step('delete it', () => ecr.send(new DeleteRepositoryCommand({ repositoryName })));
    await step('delete it again', () => ecr.send(new DeleteRepositoryCommand({ repositoryName })));
  },
};

const NONE = `sha256:${'0'.repeat(64)}`;

const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: NONE, size: 2 },
  layers: [],
});

/** Images get into the emulator by its registry, which moto does not have: what both can be asked is what is not there. */
export const images: Scenario = {
  name: 'ecr-images',
  run: async ({ ecr, step }) => {
    const repositoryName = 'parity/app';
    const absent = [{ imageTag: 'none' }, { imageDigest: NONE }];
    await step('make a repository', () => ecr.send(new CreateRepositoryCommand({ repositoryName })));
    await step('list no images', () => ecr.send(new ListImagesCommand({ repositoryName })));
    await step('describe no images', () => ecr.send(new DescribeImagesCommand({ repositoryName })));
    await step('get what is not there', () =>
      ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: absent })),
    );
    await step('describe an image that is not there', () =>
      ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'none' }] })),
    );
    await step('delete what is not there', () =>
      ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: absent })),
    );
    await step('get by nothing', () =>
      ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{}] })),
    );
    await step('put an image by another digest', () =>
      ecr.send(
        new PutImageCommand({ repositoryName, imageManifest: MANIFEST, imageTag: 'v1', imageDigest: NONE }),
      ),
    );
    await step('list in a repository that is not there', () =>
      ecr.send(new ListImagesCommand({ repositoryName: 'parity/none' })),
    );
    await step('describe in a repository that is not there', () =>
      ecr.send(new DescribeImagesCommand({ repositoryName: 'parity/none' })),
    );
    await step('get from a repository that is not there', () =>
      ecr.send(new BatchGetImageCommand({ repositoryName: 'parity/none', imageIds: absent })),
    );
  },
};
