import { defaultPort } from '../../source/apprunner/config.ts';
import { execLast } from '../../source/exec-last.ts';
import type { PreparedSource, ServiceOfSource } from '../../source/prepare-source.ts';
import type { BuildInputs, DeployInputs, Remark } from '../model/inputs.ts';
import {
  collectSettings,
  labelOf,
  type NameSecret,
  type NameValue,
  type Origins,
  type ServiceSettings,
  type SettingsLayer,
} from '../model/settings.ts';

/**
 * Fills what no input gives: how the source is built, and the settings that the source and the service in App Runner
 * state.
 */
export function completeInputs(
  inputs: DeployInputs,
  {
    prepared,
    imported,
  }: {
    readonly prepared: PreparedSource | undefined;
    /** What comes over from App Runner; undefined: nothing was asked for from there. */
    readonly imported: { readonly layer: SettingsLayer; readonly remarks: readonly Remark[] } | undefined;
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

export type StatedBySource = ServiceOfSource & {
  /** `apprunner.yaml`, or the inputs that stand for it. */
  readonly origin: string;
  /** The start command is in the image. */
  readonly isGenerated: boolean;
};

/**
 * What fills the settings that no input gives: the source, then the service in App Runner, then App Runner's defaults.
 *
 * App Runner tells the application its port by `PORT`, always; Express does not, so it becomes a variable.
 */
function settingsLayers(
  given: ServiceSettings,
  stated: StatedBySource | undefined,
  appRunner: SettingsLayer | undefined,
): readonly SettingsLayer[] {
  if (stated === undefined && appRunner === undefined) return [];
  const source = stated && sourceSettings(stated);
  const port =
    given.containerPort ?? source?.containerPort ?? appRunner?.settings.containerPort ?? defaultPort;
  const portNames = ['PORT', ...(stated?.run.portVariable === undefined ? [] : [stated.run.portVariable])];
  const ports: readonly NameValue[] = portNames.map((name) => ({ name, value: String(port) }));
  // The port is what PORT says, whatever was written beside it.
  const withPorts = (settings: ServiceSettings): ServiceSettings => ({
    ...settings,
    environment: [...ports, ...(settings.environment ?? []).filter(({ name }) => !portNames.includes(name))],
  });
  return [
    ...(stated && source ? [{ origin: stated.origin, settings: withPorts(source) }] : []),
    ...(appRunner ? [{ origin: appRunner.origin, settings: withPorts(appRunner.settings) }] : []),
    {
      origin: "App Runner's default",
      settings: { containerPort: defaultPort, ...(appRunner && { healthCheckPath: '/' }) },
    },
  ];
}

function sourceSettings({ run, startCommand, isGenerated }: StatedBySource): ServiceSettings {
  return {
    ...(run.port !== undefined && { containerPort: run.port }),
    // A command that the service still has from before would hide the one in the image.
    ...(isGenerated && { command: [] }),
    ...(startCommand !== undefined && { command: ['/bin/sh', '-c', execLast(startCommand) ?? startCommand] }),
    environment: run.environment,
    ...(run.secrets.length > 0 && { secrets: run.secrets }),
  };
}

/** A variable of the inputs that tells the application another port than the load balancer asks. */
function notePort({ environment, containerPort }: ServiceSettings): readonly string[] {
  const told = environment?.find(({ name }) => name === 'PORT')?.value.trim();
  if (told === undefined || containerPort === undefined || told === String(containerPort)) return [];
  return [
    `PORT in environment-variables is not container-port ${containerPort}: an application that listens on what PORT says is not reached.`,
  ];
}

export type FilledSettings = { readonly settings: ServiceSettings; readonly origins: Origins };

/**
 * Fills what the inputs do not give from the layers, the first of which goes before the others. Each variable and each
 * secret is a setting of its own, so that an input can change one of them without naming them all.
 */
function fillSettings(given: ServiceSettings, layers: readonly SettingsLayer[]): FilledSettings {
  const origins = new Map<string, string>();
  let settings = given;
  for (const { origin, settings: offered } of layers) {
    settings = fillFrom(settings, offered, (setting) => origins.set(setting, origin));
  }
  return { settings, origins };
}

function fillFrom(
  given: ServiceSettings,
  { environment: variables, secrets: references, ...rest }: ServiceSettings,
  note: (setting: string) => void,
): ServiceSettings {
  const offered: ServiceSettings = rest;
  const filled = collectSettings((name) => {
    if (given[name] !== undefined || offered[name] === undefined) return given[name];
    note(labelOf(name));
    return offered[name];
  });
  // A name is either a variable or a secret, and an input decides which.
  const taken = new Set([...(given.environment ?? []), ...(given.secrets ?? [])].map(({ name }) => name));
  const fillList = <Item extends NameValue | NameSecret>(
    list: 'environment' | 'secrets',
    offer: readonly Item[],
    given: readonly Item[] = [],
  ) => {
    const added = offer.filter(({ name }) => !taken.has(name));
    for (const { name } of added) note(labelOf(list, name));
    return [...given, ...added];
  };
  return {
    ...filled,
    ...(variables && { environment: fillList('environment', variables, given.environment) }),
    ...(references && { secrets: fillList('secrets', references, given.secrets) }),
  };
}
