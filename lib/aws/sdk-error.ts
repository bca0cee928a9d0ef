// What the SDK says of a machine that is not set up, in words that name the variable to set.

/** An SDK's error in a sentence, and what to do about it; `remedy` is null where the error says nothing of the set-up. */
export interface SdkError {
  readonly name: string;
  readonly detail: string;
  readonly remedy: string | null;
}

/** @param error whatever a client of the AWS SDK threw */
export function sdkError(error: unknown): SdkError {
  const name = error instanceof Error ? error.name : 'Error';
  const detail = error instanceof Error && error.message !== '' ? error.message : String(error);
  const known = SET_UP.find(({ is }) => is.test(`${name}: ${detail}`));
  if (known === undefined) return { name, detail, remedy: null };
  return { name, detail: known.detail ?? detail, remedy: known.remedy };
}

const CREDENTIALS =
  'Provide AWS credentials: a role, a profile (AWS_PROFILE), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
const SIGN_IN =
  'Renew the AWS credentials: "aws sso login" or a new key; "aws sts get-caller-identity" shows who is asking.';

const SET_UP: readonly { readonly is: RegExp; readonly detail?: string; readonly remedy: string }[] = [
  {
    is: /Region is missing|Missing Region/i,
    detail: 'no AWS region is set',
    remedy: 'Set AWS_REGION to the region of the stack, such as AWS_REGION=eu-west-1, or a region in the AWS profile.',
  },
  {
    is: /Region not accepted|not a valid hostname component|Invalid region/i,
    remedy: 'Set AWS_REGION to the name of a region, such as eu-west-1.',
  },
  {
    is: /Could not load credentials|Resolved credential object is not valid/i,
    detail: 'there are no AWS credentials',
    remedy: CREDENTIALS,
  },
  { is: /^CredentialsProviderError:/, remedy: CREDENTIALS },
  { is: /^(ExpiredToken|ExpiredTokenException|UnrecognizedClientException|InvalidClientTokenId):/, remedy: SIGN_IN },
];
