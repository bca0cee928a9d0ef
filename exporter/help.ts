// What `--help` tells: what this is, how to try it, and every variable.

export const HELP = `LiteBrain exporter: a reverse proxy in front of Ollama, LiteLLM, vLLM or any server with OpenAI's endpoints.
It forwards every request as it is, scores how much work each one is (0-100), and tells it as metrics that replicas can follow.

  npm run exporter                                          in front of Ollama on this machine
  OLLAMA_HOST=gpu-1:11434 npm run exporter                  in front of another
  LITELLM_BASE_URL=http://litellm:4000 npm run exporter     in front of LiteLLM; with both, /api/... goes to Ollama

Then ask the exporter instead of the model server, and look:
  OLLAMA_HOST=127.0.0.1:11435 ollama run qwen2.5:3b "Why is the sky blue?"
  curl http://127.0.0.1:9090/metrics

Where it listens
  LITEBRAIN_PROXY_PORT         11435       requests; 0 takes any that is free
  LITEBRAIN_METRICS_PORT       9090        /metrics, /healthz, /readyz (ready: the model server takes connections)
  LITEBRAIN_BIND               127.0.0.1   0.0.0.0 in a pod; on loopback, requests by other names than localhost are refused
Where requests go
  OLLAMA_HOST                  127.0.0.1   as Ollama reads it; port 11434 unless said
  LITELLM_BASE_URL                         with or without /v1
  LITEBRAIN_TIMEOUT_SECONDS    600         a server that says nothing for so long is given up: 504
  LITEBRAIN_GRACE_SECONDS      25          on SIGTERM, answers under way may take so long; less than the pod's own grace
What requests are worth
  LITEBRAIN_POLICY                         JSON, or @ and a file: complexityThresholds, modelResourceWeights, scaleUpFactors
  LITEBRAIN_MODELS                         models with metrics of their own beside those of the policy, with commas between;
                                           every other is "other"
  LITEBRAIN_STATE                          file in which what is learned is kept: numbers only
  LITEBRAIN_UPSTREAM_METRICS               auto, or a URL: KV-cache and queue as vLLM tells them
Limits
  LITEBRAIN_BODY_KB            256         of a request are read for its score; the rest counts by its length
  LITEBRAIN_BODIES_MB          64          of all requests together; beyond it only lengths count
  LITEBRAIN_PROCESS_METRICS    false       true: metrics of the Node process too

Nothing of a prompt or an answer is stored, logged or told: no text, no word, no hash. SIGTERM ends it in order, a second one at once.
`;
