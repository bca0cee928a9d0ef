// What records of decisions have in common: compressed beside this text, each takes what it says of its own and little else.

/**
 * A record as it usually reads, the rarer parts first: what is near the end is found with the fewest bits. Records are only
 * readable with the very text that they were written with: a better one is a new constant beside this, and a new version of
 * what is written with it.
 */
export const RECORD_DICTIONARY_1: Buffer = Buffer.from(
  [
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
    '"advice":{"kind":"advice","action":"scale_up","target":5,"confidence":0.8,"reasoning":"","factors":["","",""],"risk":"low","timing":"gradual","model":"openai/gpt-oss-20b","cached":false,"promptVersion":',
    '"advice":{"kind":"rejection","code":"rate_limited","detail":"","model":"openai/gpt-oss-120b","advice":null,"source":"llm","source":"scheduled","source":"latency","source":"reactive"',
    '"outcome":{"kind":"failed","code":"unknown","message":"the tick ended before it was known what became of this","unsettled":true}',
    '"outcome":{"kind":"refused","code":"","message":"","outcome":{"kind":"conflict","outcome":{"kind":"recommended","code":"","message":"mode is recommend: would scale"',
    '"outcome":{"kind":"applied","code":"floor_raised","message":"minReplicas of HPA -hpa 2 → 3","message":"scaled 4 → 5 replicas; found done by the next tick"',
    '"effect":"held","code":"stabilising","message":"5 was wanted within the last 5 minutes; ends ","effect":"held","code":"cooldown","message":"scaled less than 300 s ago; ends ',
    '"effect":"clipped","code":"above_ceiling","effect":"raised","code":"below_floor","effect":"limited","code":"step_limit","effect":"vetoed","code":"at_max","effect":"noted","code":"',
    '"reason":"cpu is at 91.2 % of requests, target 70 % → 5","reason":"forecast peak of needs replicas; the history is hours old"',
    '{"decision":{"id":"2026-11-26T16:57:00.000Z-predictive","workload":{"cluster":"production","namespace":"default","name":"web"},"at":179571,"current":4,"target":5,"wanted":5,',
    '"action":"scale_down","source":"predictive","action":"maintain","source":"predictive","action":"scale_up","source":"predictive","reason":"cpu needs 5 replicas by the sizing policy: chose 9 % headroom and a 5-minute stabilisation window, made of the last 20 minutes\' peak (50 %), the last 5 minutes\' peak (100 %): on the last 7 days that would have kept 99.7 % at 1.11 × the ideal; HPA at 70 % would have kept 99.8 % at 1.20 × the ideal","blockedBy":null,"verdicts":[',
    '{"guardrail":"advice","source":"llm","from":4,"effect":"rejected","code":"no_api_key","to":4,"message":"no API key for the LLM is configured"},',
    ...[
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
    ),
    '{"guardrail":"kill_switch","source":"predictive","effect":"passed","code":"ok","from":5,"to":5,"message":"passed"}]},',
    '"assessment":{"now":179571,"policy":{"enabled":true,"mode":"scale","min":1,"max":10,"sloPercent":99.5,"targetPercent":{"cpu":70,"memory":80},"cooldownDownSeconds":300,"cooldownUpSeconds":60,"staleAfterTicks":3,"tickSeconds":60,"paused":false,"llm":"on","problems":[],"maxIsDefault":true},',
    '"observation":{"workload":{"cluster":"production","namespace":"default","name":"web"},"resourceVersion":"1635","replicas":{"spec":4,"ready":4,"running":4,"total":4,"serving":4},"capacity":{"cpu":0.5,"memory":536870912},"startupSeconds":30,"rollout":"settled","hpa":null,"owner":{"kind":"none"},',
    '"otherWriters":{"manager":null,"writer":null,"vpa":null,"overlaps":[]},"troubles":{"unschedulable":0,"imagePull":0,"crashLoop":0},"annotations":{"ai4k8s.io/predictive-autoscaling-enabled":"true","ai4k8s.io/mode":"scale","ai4k8s.io/min-replicas":"2","ai4k8s.io/max-replicas":"10"},"uid":"520a15c8-1dca-49e5-8f3e-12d86ba9b8d2","podTraits":{"qos":"Burstable","priorityClass":null,"terminating":false,"crossNamespaceAffinity":false},',
    '"signals":{"cpu":{"demand":1.6,"at":179571,"coverage":1,"atLimit":false},"memory":{"demand":764694528,"at":179571,"coverage":1,"atLimit":false}},"at":179571,"limits":{}},"historyHours":168.8,"utilisation":{"cpu":84.8,"memory":35.6},"unusable":{},',
    '"forecasts":{"cpu":{"signal":"cpu","method":"last_value","method":"weekly_profile","current":1.63,"points":[{"at":179571,"p5":1.574,"p50":1.682,"p90":1.832,"p95":1.889,"p99":2.714}],"hourly":[1.657,1.651,1.607,1.503,1.362,1.176],"peak":1.682,"trend":"increasing","trend":"decreasing","trend":"stable","skill":0.4,"anomalous":false},',
    '"memory":{"signal":"memory","method":"weekly_profile","current":755622000,"points":[{"at":179571,"p5":748200000,"p50":762600000,"p90":782700000,"p95":790500000,"p99":901300000}],"hourly":[759273000,758543000],"peak":762629000,"trend":"stable","skill":null,"anomalous":false}},',
    '"sizingPolicy":null,"sizingPolicy":{"weights":{"peak20":1.067,"peak5":1.067},"windowMinutes":5,"headroom":0.0896,"shares":[["peak20",0.5],["peak5",1]],"expected":{"violationPercent":0.323,"cost":1.111},"hpa70":{"violationPercent":0.174,"cost":1.203},"days":7},"targets":{"cpu":90,"memory":80},"schedule":null,',
    '"proposals":[{"source":"predictive","action":"scale_up","replicas":5,"reason":"cpu needs 5 replicas by the sizing policy: chose "},{"source":"reactive","action":"maintain","replicas":5,"reason":"cpu is at 84.9 % of requests, target 70 %"},{"source":"rules","action":"maintain","replicas":4,"reason":"between the thresholds"},{"source":"rules","action":"scale_up","replicas":6,"reason":"cpu 87.6 % is above 75 %"}],',
    '"envelope":{"needed":4,"justified":8,"floor":4,"ceiling":8,"reason":"observed demand needs 4; the upper forecast of the next 30 minutes needs 8"},"memoryKind":"follows_load","memory":{"baseBytes":137255409,"at":179571,"since":0,"trial":null},',
    '"regret":{"at":179571,"shortMinutes":0,"spareMinutes":0,"baselineMinutes":249.353,"downClosed":false,"upClosed":false,"changes":{"made":1.99485,"byBaseline":0.999306,"alone":{"replicas":4,"changedAt":179571},"closed":false}},',
    '"past":[],"past":[{"at":179571,"action":"scale_down","source":"predictive","from":6,"to":5,"cpuPercentBefore":58.3203,"cpuPercentAfter":66.3655,"readyBefore":6},{"at":179571,"action":"scale_up","source":"predictive","from":5,"to":4,"cpuPercentBefore":61.0053,"cpuPercentAfter":null,"readyBefore":5}],"standing":{}},',
    '"advice":{"kind":"rejection","code":"no_api_key","detail":"no API key for the LLM is configured","model":null,"at":179571,"raw":null},"requestedBy":null,"outcome":{"kind":"unchanged","code":"at_target","message":"already at 5 replicas"},"outcome":{"kind":"applied","code":"scaled","message":"scaled 4 → 5 replicas"}}',
  ].join('\n'),
);
