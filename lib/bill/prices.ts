// What AWS and Groq ask for, us-east-1, in dollars: list prices as read in November 2026 (secondary sources), free tiers left out.

/** 730 hours of minutes. */
export const TICKS_A_MONTH = 43_800;
export const HOURS_A_MONTH = 730;

/** aws.amazon.com/lambda/pricing: ARM, a GB-second and a request. */
export const LAMBDA_GB_SECOND = 0.0000133334;
export const LAMBDA_REQUEST = 0.2e-6;
/** aws.amazon.com/dynamodb/pricing/on-demand: a write and a read unit; a GB and month of table, and of point-in-time recovery. */
export const WRITE_UNIT = 0.625e-6;
export const READ_UNIT = 0.125e-6;
export const STORED_GB = 0.25;
export const RECOVERY_GB = 0.2;
/** aws.amazon.com/eventbridge/pricing: an invocation of a schedule, an event of up to 64 KB. */
export const SCHEDULED = 1e-6;
export const EVENT = 1e-6;
/** aws.amazon.com/sqs/pricing: a request of up to 64 KB, standard queues. */
export const SQS_REQUEST = 0.4e-6;
export const SQS_REQUEST_BYTES = 65_536;
/** aws.amazon.com/cloudwatch/pricing: a GB taken in, a metric of one's own, an alarm; aws.amazon.com/secrets-manager/pricing. */
export const LOG_GB = 0.5;
export const CUSTOM_METRIC = 0.3;
export const ALARM = 0.1;
export const SECRET = 0.4;
/** groq.com/pricing, openai/gpt-oss-20b: a token in and out. */
export const TOKEN_IN = 0.075e-6;
export const TOKEN_OUT = 0.3e-6;
