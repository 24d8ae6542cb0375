import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { slot } from './policies.ts';

export type MadeByTerraform = Readonly<Record<'policies' | 'roles' | 'trusts', object>>;

export function terraform(folder: string, ...args: readonly string[]) {
  return spawnSync('terraform', [`-chdir=${folder}`, ...args], { encoding: 'utf8' });
}

/**
 * What the module computes, without the provider, which may not be there to be fetched: resources and data are taken out,
 * and every value stands for itself, as in the files.
 */
export function withoutProvider(module: string): string {
  // Two dollars are one in HCL, and a replacement function leaves them alone.
  const itself = (name: string) => `"$${slot(name)}"`;
  // As the module writes it for its roles, with another loop around it.
  const asModuleRenders = (/^ {2}policy = (replace\([\s\S]*?^ {2}\))/m.exec(module)?.[1] ?? '')
    .replace('each.value.policy', 'name')
    .replace('var.domain_names', () => itself('DomainNames'));
  return `${module
    .replace(/^ {2}required_providers \{[\s\S]*?^ {2}\}\n/m, '')
    .replace(/^data .*\n/gm, '')
    .replace(/^(resource|output|variable) [\s\S]*?^\}\n/gm, '')
    .replace(/\$\{path\.module\}\/..\/policies/, join(process.cwd(), 'bootstrap', 'policies'))
    .replace(/^ {4}(\w+) +=.*$/gm, (line, name: string) =>
      /^[A-Z]/.test(name) && name !== 'DomainNames' ? `    ${name} = ${itself(name)}` : line,
    )
    .replace(/Environment = var\.\w+/g, () => `Environment = ${itself('Environment')}`)
    .replace('jsonencode(var.shift_environments)', () => `jsonencode(${itself('ShiftEnvironments')})`)
    .replaceAll('var.deploy_environment', '""')
    .replace(/var\.(previews|allow_\w+)/g, 'true')
    .replace('length(var.domain_names)', '1')
    .replace(
      /var\.(rollback_environment|monitor_workflow|certificate_domain|dns_role_arn|dns_plan_role_arn)/g,
      '"given"',
    )}
output "made" {
  value = {
    policies = { for name in distinct(flatten(values(local.role_policies))) : name => jsondecode(${asModuleRenders}) }
    roles    = local.role_policies
    trusts   = { for name, role in local.roles : name => jsondecode(role.trust) }
  }
}
`;
}
