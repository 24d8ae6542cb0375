/** Reads an input as text; `''` when there is none. */
export type ReadInput = (name: string) => string;

/**
 * The inputs of a preview, as if the workflow had given them. What a preview is by nature replaces what is given; where
 * nothing is given, its small defaults stand instead of the choice of AWS, or of what runs.
 */
export function readAsPreview(
  read: ReadInput,
  preview: { readonly operation: 'deploy' | 'delete'; readonly serviceName: string },
): ReadInput {
  const given = (name: string) => read(name).trim();
  const replaced: Readonly<Record<string, string>> = {
    operation: preview.operation,
    'service-name': preview.serviceName,
    // A preview's images have tags of its own, and go with it. Any other would be left behind, or move production's.
    'image-tags': '',
    // Production's, which must go on answering for them.
    'custom-domains': '',
    'certificate-arn': '',
    // The tags of a preview prove that it may be deleted.
    force: 'false',
  };
  const defaults = previewDefaults(given);
  return (name) => replaced[name] ?? (given(name) || (defaults[name] ?? ''));
}

function previewDefaults(given: ReadInput): Readonly<Record<string, string>> {
  const hasTaskDefinition = given('task-definition-arn') !== '';
  // Only one of the two given is the user's choice of a pair, whose other half AWS has to name.
  const hasSize = hasTaskDefinition || given('cpu') !== '' || given('memory') !== '';
  const builds = !hasTaskDefinition && given('image') === '';
  return {
    ...(!hasSize && { cpu: '256', memory: '512' }),
    'min-task-count': '1',
    'max-task-count': given('min-task-count') || '1',
    // Apart from production's: a role for previews then needs no right to touch that.
    ...(builds && { repository: `${given('service-name').toLowerCase()}-previews` }),
  };
}
