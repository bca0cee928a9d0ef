// What records of decisions have in common: compressed beside this text, each takes what it says of its own and little else.

/** What is seldom in a record. */
const RARER = [
  '"containers":[{"name":"app","kind":"container","from":{"cpu":{"request":"500m","limit":"1"},"memory":{"request":"512Mi","limit":"1Gi"}},"to":{"cpu":',
  '"vertical":{"code":"resized","message":"","apply":"print","signal":"complexity","level":"high","raised":true,"factor":',
  '"levels":{"latency":{"value":,"baseline":,"band":[,"windows":[,"anchor":null,"usualLoad":,"wellLoad":,"since":,"state":"calm","reason":"',
  '"definitions":{"requests":{"kind":"load","unit":"","source":"prometheus","target":100},"latency":{"kind":"level","unit":"ms","target":',
  '"modelLoadSeconds":"signals":{"requests":{"mode":"hpa-floor","mode":"propose","mode":"recommend","memoryOff":true,"paused":"scale-in","paused":"scale-out","llm":"off","llm":"shadow"',
  '"hpa":{"name":"-hpa","minReplicas":2,"maxReplicas":10,"ownMinReplicas":2,"currentReplicas":2,"desiredReplicas":2,"metrics":[{"name":"cpu","type":"Resource","target":70,"current":',
  '"owner":{"kind":"hpa","name":"","owner":{"kind":"keda","name":"","owner":{"kind":"several_hpas","names":[',
  '"manager":{"name":"argocd-controller","how":"states"},"writer":{"name":"kubectl","at":,"through":"scale"},"vpa":{"name":"","mode":"Auto"},"kind":"StatefulSet",',
  '"rollout":"progressing","priorityClass":"","qos":"Guaranteed","qos":"BestEffort","startupSeconds":null,"scheduledAt":',
  '"unusable":{"cpu":"no reading","memory":"stale: its last reading is minutes old"},"podsNotFound":"","unread":{',
  '"schedule":{"id":"","floor":2,"ceiling":10,"size":null,"until":"overruled":{"by":"","at":,"to":},"veto":{"code":"","message":"","forbiddenBy":["',
  '"blockedBy":"kill_switch","blockedWhy":"KILL_SWITCH is set for this installation","blockedBy":"paused","blockedBy":"blast_radius","blockedBy":"quota_exceeded","blockedBy":"hold"',
  '"advice":{"kind":"advice","action":"scale_up","target":5,"confidence":0.8,"reasoning":"","factors":["","",""],"risk":"low","timing":"gradual","model":"openai/gpt-oss-20b","cached":false',
  '"advice":{"kind":"rejection","code":"rate_limited","detail":"","model":"openai/gpt-oss-120b","advice":null,"source":"llm","source":"scheduled","source":"latency","source":"reactive"',
  '"outcome":{"kind":"refused","code":"","message":"","outcome":{"kind":"conflict","outcome":{"kind":"recommended","code":"","message":"mode is recommend: would scale"',
  '"outcome":{"kind":"applied","code":"floor_raised","message":"minReplicas of HPA -hpa 2 → 3","message":"scaled 4 → 5 replicas; found done by the next tick"',
  '"effect":"held","code":"stabilising","message":"5 was wanted within the last 5 minutes; ends ","effect":"held","code":"cooldown","message":"scaled less than 300 s ago; ends ',
];

/** Of guardrails that had nothing against it, in their order; the last of them ends the list. */
const PASSED = [
  'bounds',
  'schedule_ceiling',
  'signals',
  'rollout',
  'not_ready',
  'direction',
  'schedule_floor',
  'envelope',
  'step',
  'stabilisation',
  'cooldown',
  'pods',
  'zero',
  'ownership',
  'manager',
  'neighbours',
  'paused',
].map(
  (name) =>
    `{"guardrail":"${name}","source":"predictive","effect":"passed","code":"ok","from":5,"to":5,"message":"passed"},`,
);

/**
 * A record as it usually reads, the rarer parts first: what is near the end is found with the fewest bits. Records are only
 * readable with the very text that they were written with: a better one is a new constant beside this, and a new version of
 * what is written with it.
 */
export const RECORD_DICTIONARY: Buffer = Buffer.from(
  [
    ...RARER,
    '"levels":{"queue-seconds":"complexity":"loads":{"requests":"unit":"s","objective":5,"writer":{"name":"hpa","annotations":{"ai4k8s.io/min-replicas":"2","ai4k8s.io/max-replicas":"10","ai4k8s.io/slo":"99.9"',
    '"lead":{"seconds":"ownHpa":{"targets":{"cpu":70,"memory":80},"score":{"leftOut":["isModelLeftOut":true; your HPA (CPU 70 %, memory 80 %) would have kept 99.9 % at 1.2 × the ideal',
    '"reason":"memory needs 3 replicas","source":"rules","action":"scale_down","replicas":2,"reason":"cpu is at 30 % of requests","action":"scale_up","reason":"schedule","until":',
    '"forecasts":{"cpu":{"signal":"cpu","method":"last_value","current":1.63,"points":[],"hourly":[1.657,0.6069],"peak":1.682,"trend":"stable","skill":null,"anomalous":true},"memory":{"signal":"memory","method":"weekly_profile","current":755622000,"points":[],"hourly":[759300000,',
    '"reason":"cpu needs 3 replicas by the sizing policy: chose 35 % headroom and the highest number of the last 60 minutes on the way down: on the last day that would have kept 99.6 % at 1.15 × the ideal","expert":{"kind":"headroom","factor":1.05,"windowMinutes":60},',
    '"effect":"held","code":"cooldown","from":2,"to":3,"message":"changed less than 60 s ago","effect":"limited","code":"step_limit","message":"at most ","effect":"passed","code":"ok","from":1,"to":1,"from":2,"to":2,"from":3,"to":3,"from":4,"to":4,',
    '{"decision":{"id":"2026-11-26T16:57:00.000Z-predictive","workload":{"cluster":"production","namespace":"default","name":"web"},"at":1795,"current":2,"target":3,"wanted":3,"action":"scale_up","source":"predictive","current":3,"target":2,"wanted":2,"action":"scale_down","source":"predictive",',
    '"reason":"cpu needs 2 replicas by the sizing policy: chose what may come before new pods serve, a missing replica weighed as 28 idle ones, and the highest number of the last 5 minutes on the way down: on the last 4 days that would have kept 99.9 % at 1.1 × the ideal with 0.9 changes an hour; HPA at 70 % would have kept 99.9 % at 1.2 × the ideal with 0.7 changes an hour","blockedBy":null,"verdicts":[',
    '{"guardrail":"advice","source":"llm","from":3,"effect":"rejected","code":"no_api_key","to":3,"message":"no API key for the LLM is configured"},',
    ...PASSED,
    '{"guardrail":"kill_switch","source":"predictive","effect":"passed","code":"ok","from":5,"to":5,"message":"passed"}]},',
    '"assessment":{"now":1795,"policy":{"enabled":true,"mode":"scale","min":1,"max":10,"sloPercent":99.5,"targetPercent":{"cpu":70,"memory":80},"cooldownDownSeconds":300,"cooldownUpSeconds":60,"restartSeconds":300,"staleAfterTicks":3,"tickSeconds":60,"paused":false,"llm":"on","problems":[],"maxIsDefault":true},',
    '"observation":{"workload":{"cluster":"production","namespace":"default","name":"web"},"resourceVersion":"12","replicas":{"spec":3,"ready":3,"running":3,"total":3},"capacity":{"cpu":0.5,"memory":536870912},"startupSeconds":30,',
    '"nodeWaits":{"newNodeSeconds":null,"steps":[{"at":1795,"pods":2,"waited":false},{"at":1795,"pods":1,"waited":false}]},"rollout":"settled","hpa":null,"owner":{"kind":"none"},',
    '"otherWriters":{"manager":null,"writer":null,"vpa":null,"overlaps":[]},"troubles":{"unschedulable":0,"imagePull":0,"crashLoop":0},"annotations":{"ai4k8s.io/predictive-autoscaling-enabled":"true","ai4k8s.io/mode":"scale"},"uid":"520a15c8-1dca-49e5-8f3e-12d86ba9b8d2","podTraits":{"qos":"Burstable","priorityClass":null,"terminating":false,"crossNamespaceAffinity":false},',
    '"signals":{"cpu":{"demand":0.7,"at":1795,"coverage":1,"atLimit":false},"memory":{"demand":50,"at":1795,"coverage":1,"atLimit":false}},"at":1795,"limits":{}},"historyHours":170.,"utilisation":{"cpu":51.5,"memory":31.4},"unusable":{},',
    '"forecasts":{"cpu":{"signal":"cpu","method":"weekly_profile","current":0.79,"hourly":[0.6,0.5,0.4,0.3,0.2],"peak":0.7,"trend":"increasing","trend":"stable","trend":"decreasing","skill":0.4,"anomalous":false,"points":[{"at":1795,"p5":0.6,"p50":0.7,"p90":0.7,"p95":0.8,"p99":0.9},{"at":1796,"p5":0.4,"p50":0.3,"p90":0.5,"p95":0.5,"p99":1.0}]},',
    '"memory":{"signal":"memory","method":"weekly_profile","current":509,"hourly":[473000000,458300000,451200000],"peak":509,"trend":"stable","trend":"increasing","trend":"decreasing","skill":0.4,"anomalous":false,"points":[{"at":1795,"p5":485700000,"p50":497000000,"p90":509800000,"p95":514200000,"p99":524600000},{"at":1796,"p5":4,"p50":5,"p90":00000,"p95":100000,"p99":200000}]}},',
    '"sizingPolicy":null,"sizingPolicy":{"expert":{"kind":"price","price":7,"windowMinutes":5},"expected":{"violationPercent":0.2,"cost":1.1},"changesPerHour":0.8,"hpa70":{"violationPercent":0.1,"cost":1.2,"changesPerHour":0.5},"days":4},"targets":{"cpu":90,"memory":80},"schedule":null,',
    '"proposals":[{"source":"predictive","action":"scale_up","replicas":3,"reason":"cpu needs 3 replicas by the sizing policy: chose what "},{"source":"reactive","action":"scale_up","replicas":3,"reason":"cpu is at 8"},{"source":"rules","action":"scale_up","replicas":3,"reason":"cpu 8 % is above 75 %"}],"proposals":[{"source":"predictive","action":"scale_down","replicas":2,"reason":"cpu needs 2 replicas by the sizing policy: chose "},{"source":"reactive","action":"maintain","replicas":3,"reason":"cpu is at 51.6 % of requests, target 70 %"},{"source":"rules","action":"maintain","replicas":3,"reason":"between the thresholds"}],',
    '"envelope":{"needed":2,"justified":3,"floor":2,"ceiling":3,"reason":"observed demand needs 2; the upper forecast of the next 30 minutes needs 3"},"memoryKind":"follows_load","memory":{"baseBytes":1,"at":1795,"since":0,"trial":null},',
    '"regret":{"at":1795,"shortMinutes":0,"spareMinutes":0,"baselineMinutes":68.9,"downClosed":false,"upClosed":false,"changes":{"made":1.99,"byBaseline":0.99,"alone":{"replicas":3,"changedAt":1795},"closed":false}},',
    '"past":[],"past":[{"at":1795,"action":"scale_down","source":"predictive","from":3,"to":2,"cpuPercentBefore":51.8,"cpuPercentAfter":53.1,"readyBefore":3},{"at":1795,"action":"scale_up","source":"predictive","from":2,"to":3,"cpuPercentBefore":85.0,"cpuPercentAfter":null,"readyBefore":2}],"standing":{}},',
    '"advice":{"kind":"rejection","code":"no_api_key","detail":"no API key for the LLM is configured","model":null,"at":1795,"raw":null},"requestedBy":null,"outcome":{"kind":"unchanged","code":"at_target","message":"already at 5 replicas"},"outcome":{"kind":"failed","code":"unknown","message":"the tick ended before it was known what became of this","unsettled":true}},{"decision":{"id":"2026-11-26T0',
    '"outcome":{"kind":"applied","code":"scaled","message":"scaled 2 → 3 replicas"}}',
  ].join('\n'),
);
