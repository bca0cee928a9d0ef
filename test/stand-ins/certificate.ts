// A certificate for a server of a test, signed by an authority that nobody else knows.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Writes `ca.pem`, `server.pem` and `server.key` into `folder`.
 * @param name as a certificate has it: `DNS:host` or `IP:address`
 */
export async function makeCertificate(folder: string, name: string): Promise<void> {
  const openssl = (args: string) => promisify(execFile)('openssl', args.split(' '), { cwd: folder });
  const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
  writeFileSync(join(folder, 'names'), `subjectAltName=${name}`);
  await openssl(`req -x509 ${newKey} -keyout ca.key -out ca.pem -days 2 -subj /CN=corporate-ca`);
  await openssl(`req ${newKey} -keyout server.key -out server.csr -subj /CN=${name.split(':')[1]}`);
  const sign = 'x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names';
  await openssl(`${sign} -out server.pem`);
}
