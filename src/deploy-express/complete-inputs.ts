import type { PreparedSource } from '../source/prepare-source.ts';
import { fillSettings } from './fill-settings.ts';
import type { ImportedService } from './migration/import-service.ts';
import type { BuildInputs, DeployInputs, Remark } from './model/inputs.ts';
import { notePort, type StatedBySource, settingsLayers } from './settings-layers.ts';

/**
 * The inputs with what no input gives: how the source is built, and what the source and the service in App Runner say of
 * the service.
 */
export function completeInputs(
  inputs: DeployInputs,
  {
    prepared,
    imported,
  }: {
    readonly prepared: PreparedSource | undefined;
    readonly imported: (Pick<ImportedService, 'layer'> & { readonly remarks: readonly Remark[] }) | undefined;
  },
): DeployInputs {
  const layers = settingsLayers(inputs.settings, statedBy(prepared), imported?.layer);
  const { settings, origins } = fillSettings(inputs.settings, layers);
  const remarks = imported?.remarks ?? [];
  return {
    ...inputs,
    settings,
    origins,
    remarks,
    notices: [
      ...inputs.notices,
      ...noticesOf(inputs, prepared),
      ...(layers.length === 0 ? [] : notePort(settings)),
      ...(remarks.some(({ isUrgent }) => isUrgent) ? [announceRemarks(inputs, remarks)] : []),
    ],
    image: completeImage(inputs.image, prepared, settings.containerPort),
  };
}

function statedBy(prepared: PreparedSource | undefined): StatedBySource | undefined {
  if (prepared === undefined || prepared.kind === 'unusable' || prepared.service === undefined)
    return undefined;
  const isGenerated = prepared.kind === 'generated';
  const origin = isGenerated && prepared.generated.origin === 'inputs' ? 'runtime' : 'apprunner.yaml';
  return { ...prepared.service, origin, isGenerated };
}

function noticesOf({ image }: DeployInputs, prepared: PreparedSource | undefined): readonly string[] {
  if (prepared === undefined || prepared.kind === 'unusable') return [];
  const isRuntime = prepared.kind === 'generated' && prepared.generated.origin === 'inputs';
  const notes = isRuntime && image.kind === 'build' ? image.build.from.runtimeNotes : [];
  return [...prepared.notices, ...notes];
}

function completeImage(
  image: DeployInputs['image'],
  prepared: PreparedSource | undefined,
  port: number | undefined,
): DeployInputs['image'] {
  if (image.kind !== 'build' || prepared === undefined || prepared.kind === 'unusable') return image;
  const build: BuildInputs =
    prepared.kind === 'generated'
      ? { ...image.build, generated: { ...prepared.generated, port } }
      : { ...image.build, dockerfile: prepared.dockerfile };
  return { kind: 'build', build };
}

function announceRemarks({ appRunnerService }: DeployInputs, remarks: DeployInputs['remarks']): string {
  const urgent = remarks.filter(({ isUrgent }) => isUrgent);
  const lines = urgent.map(({ topic, seen, todo }) => `- ${topic}: ${seen}. ${todo}`);
  return [
    `What App Runner service ${appRunnerService} has cannot all be carried over; the whole table is in the job summary.`,
    ...lines,
  ].join('\n');
}
