// Teaches a Kubernetes 1.20 source tree autoscaling/v2: field for field its own v2beta2, which is how upstream made it in 1.23.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [tree] = process.argv.slice(2);
if (tree === undefined) throw new Error('usage: patch-autoscaling-v2.ts KUBERNETES_SOURCE_TREE');

copyVersion('staging/src/k8s.io/api/autoscaling');
copyVersion('pkg/apis/autoscaling');
serveIt();
preferIt();

function copyVersion(folder: string): void {
  const from = join(tree ?? '', folder, 'v2beta2');
  const to = join(tree ?? '', folder, 'v2');
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    // v2 is no pre-release: the file that says when one ends must not come along.
    if (!name.endsWith('.go') || name.endsWith('_test.go') || name.includes('prerelease')) continue;
    const text = readFileSync(join(from, name), 'utf8')
      .replaceAll('v2beta2', 'v2')
      .replaceAll('fileDescriptor_592ad94d7d6be24f', 'fileDescriptor_asv2')
      .replaceAll(/^.*prerelease-lifecycle-gen.*\n/gm, '');
    writeFileSync(join(to, name), text);
  }
}

/** The REST storage and the list of versions that are on by default. */
function serveIt(): void {
  edit('pkg/registry/autoscaling/rest/storage_autoscaling.go', (text) => {
    const enabled = between(
      text,
      '\tif apiResourceConfigSource.VersionEnabled(autoscalingapiv2beta2.',
      '\tif apiResourceConfigSource.VersionEnabled(autoscalingapiv2beta1.',
    );
    const storage = between(
      text,
      'func (p RESTStorageProvider) v2beta2Storage',
      'func (p RESTStorageProvider) GroupName',
    );
    const imported = '\tautoscalingapiv2beta2 "k8s.io/kubernetes/pkg/apis/autoscaling/v2beta2"\n';
    return [enabled, storage, imported].reduce((all, part) => put(all, part, asV2(part) + part), text);
  });
  edit('pkg/controlplane/instance.go', (text) => {
    const imported = '\tautoscalingapiv2beta1 "';
    const listed = '\t\tautoscalingapiv2beta1.SchemeGroupVersion,';
    const withImport = put(text, imported, `\tautoscalingapiv2 "k8s.io/api/autoscaling/v2"\n${imported}`);
    return put(withImport, listed, `\t\tautoscalingapiv2.SchemeGroupVersion,\n${listed}`);
  });
}

/** The scheme and the aggregator's order, in which v2 comes first after v1. */
function preferIt(): void {
  edit('pkg/apis/autoscaling/install/install.go', (text) => {
    const imported = '\t"k8s.io/kubernetes/pkg/apis/autoscaling/v1"';
    const added = '\tutilruntime.Must(v2beta2.AddToScheme(scheme))';
    const order = 'SetVersionPriority(v1.SchemeGroupVersion, ';
    const withImport = put(text, imported, `${imported}\n\t"k8s.io/kubernetes/pkg/apis/autoscaling/v2"`);
    return put(put(withImport, added, `${asV2(added)}\n${added}`), order, `${order}v2.SchemeGroupVersion, `);
  });
  edit('cmd/kube-apiserver/app/aggregator.go', (text) => {
    const v1 = between(text, '\t{Group: "autoscaling", Version: "v1"}:', '\n');
    const v2 = v1.replace('"v1"', '"v2"').replace(/version: *\d+/, 'version: 30');
    return put(text, v1, `${v2}\n${v1}`);
  });
}

function asV2(text: string): string {
  return text.replaceAll('v2beta2', 'v2');
}

function edit(file: string, change: (text: string) => string): void {
  const path = join(tree ?? '', file);
  const text = readFileSync(path, 'utf8');
  if (text.includes('autoscaling/v2"')) return; // done before
  writeFileSync(path, change(text));
}

/** Replaces the first `part`. @throws Error where it is not there: another Kubernetes than this patch was written for */
function put(text: string, part: string, replacement: string): string {
  if (!text.includes(part)) throw new Error(`the source tree has no ${JSON.stringify(part.slice(0, 100))}`);
  return text.replace(part, () => replacement);
}

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`the source tree has no ${JSON.stringify(from < 0 ? start : end)}`);
  return text.slice(from, to);
}
