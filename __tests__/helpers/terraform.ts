import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { slot } from './policies.ts';

export type MadeByTerraform = Readonly<Record<'policies' | 'roles' | 'trusts', object>>;

export function terraform(folder: string, ...args: readonly string[]) {
  return spawnSync('terraform', [`-chdir=${folder}`, ...args], { encoding: 'utf8' });
}

type NameLists = Readonly<Record<'DomainNames' | 'CertificateDomains', readonly string[]>>;

const usualLists: NameLists = {
  DomainNames: ['(DomainNames)'],
  CertificateDomains: ['(CertificateDomains)'],
};

export function readMade(output: string): MadeByTerraform {
  return JSON.parse(output.replace(/\((\w+)\)/g, (_, name: string) => slot(name))).made.value;
}

/**
 * What the module computes, without the provider, which may not be there to be fetched: resources and data are taken out,
 * and every value stands for itself, as in the files.
 */
export function withoutProvider(module: string, lists: NameLists = usualLists): string {
  // Two dollars are one in HCL, and a replacement function leaves them alone.
  const itself = (name: string) => `"$${slot(name)}"`;
  // A name of a list is put in by a pattern, where a dollar has a meaning of its own: it stands in brackets until it is read.
  // As the module writes it for its roles, with another loop around it.
  const asModuleRenders = (/^ {2}policy = (replace\([\s\S]*?^ {2}\))/m.exec(module)?.[1] ?? '')
    .replace('each.value.policy', 'policy')
    .replace('var.domain_names', () => JSON.stringify(lists.DomainNames))
    .replace('var.certificate_domains', () => JSON.stringify(lists.CertificateDomains));
  return `${module
    .replace(/^ {2}required_providers \{[\s\S]*?^ {2}\}\n/m, '')
    .replace(/^data .*\n/gm, '')
    .replace(/^(resource|output|variable) [\s\S]*?^\}\n/gm, '')
    .replace(/\$\{path\.module\}\/..\/policies/, join(process.cwd(), 'bootstrap', 'policies'))
    .replace(/^ {4}(\w+) +=.*$/gm, (line, name: string) =>
      /^[A-Z]/.test(name) && !['DomainNames', 'CertificateDomains'].includes(name)
        ? `    ${name} = ${itself(name)}`
        : line,
    )
    .replace(/Environment = var\.\w+/g, () => `Environment = ${itself('Environment')}`)
    .replace('jsonencode(var.shift_environments)', () => `jsonencode(${itself('ShiftEnvironments')})`)
    .replaceAll('var.deploy_environment', '""')
    .replace(/var\.(previews|allow_\w+)/g, 'true')
    .replaceAll(/length\(var\.(domain_names|certificate_domains)\)/g, '1')
    .replace(/var\.(rollback_environment|monitor_workflow|dns_role_arn|dns_plan_role_arn)/g, '"given"')}
output "made" {
  value = {
    policies = { for policy in distinct(flatten(values(local.role_policies))) : policy => jsondecode(${asModuleRenders}) }
    roles    = local.role_policies
    trusts   = { for name, role in local.roles : name => jsondecode(role.trust) }
  }
}
`;
}
