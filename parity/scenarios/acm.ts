import {
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RemoveTagsFromCertificateCommand,
  RequestCertificateCommand,
  type RequestCertificateCommandInput,
} from '@aws-sdk/client-acm';
import type { Scenario } from '../scenario.ts';

const NONE = 'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-0000-4000-8000-000000000000';

export const certificates: Scenario = {
  name: 'acm-certificates',
  run: async ({ acm, step, until }) => {
    const wanted: RequestCertificateCommandInput = {
      DomainName: 'app.parity.example',
      ValidationMethod: 'DNS',
      IdempotencyToken: 'parity',
    };
    const made = await step('request one', () => acm.send(new RequestCertificateCommand(wanted)));
    await step('request it again', () => acm.send(new RequestCertificateCommand(wanted)));
    await step('request another of that name', () =>
      acm.send(new RequestCertificateCommand({ ...wanted, IdempotencyToken: 'other' })),
    );
    await step('a name that is none', () =>
      acm.send(new RequestCertificateCommand({ DomainName: 'no name', ValidationMethod: 'DNS' })),
    );
    const { CertificateArn } = made ?? {};
    await until(
      'read it',
      () => acm.send(new DescribeCertificateCommand({ CertificateArn })),
      ({ Certificate }) =>
        Certificate?.DomainValidationOptions?.every((one) => one.ResourceRecord !== undefined) ?? false,
    );
    await step('read one that is not there', () =>
      acm.send(new DescribeCertificateCommand({ CertificateArn: NONE })),
    );
    await step('list the first', () => acm.send(new ListCertificatesCommand({ MaxItems: 1 })));
    await step('list the issued', () =>
      acm.send(new ListCertificatesCommand({ CertificateStatuses: ['ISSUED'] })),
    );
    await step('tag it', () =>
      acm.send(new AddTagsToCertificateCommand({ CertificateArn, Tags: [{ Key: 'team', Value: 'shop' }] })),
    );
    await step('list its tags', () => acm.send(new ListTagsForCertificateCommand({ CertificateArn })));
    await step('take the tag off', () =>
      acm.send(new RemoveTagsFromCertificateCommand({ CertificateArn, Tags: [{ Key: 'team' }] })),
    );
    await step('list no tags', () => acm.send(new ListTagsForCertificateCommand({ CertificateArn })));
    await step('delete it', () => acm.send(new DeleteCertificateCommand({ CertificateArn })));
    await step('delete it again', () => acm.send(new DeleteCertificateCommand({ CertificateArn })));
  },
};
