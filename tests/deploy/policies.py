"""What every rendered manifest must hold to. Each policy takes an overlay's objects and yields what is wrong."""
import base64
import re

import yaml

import rendering
from rendering import containers, named, of_kind, pod_of, workloads

SPARE_SECONDS = 5  # of the grace period, beside preStop and the drain


def where(workload, container=None):
    name = f"{workload['kind']}/{workload['metadata']['name']}"
    return f"{name}/{container['name']}" if container else name


def restricted(objects):
    """Pod Security's level "restricted", and a root that nobody writes to."""
    for workload in workloads(objects):
        pod = pod_of(workload)
        security = pod.get("securityContext", {})
        if security.get("runAsNonRoot") is not True or not security.get("runAsUser", 0) > 0:
            yield f"{where(workload)}: does not run as a numeric user other than root"
        if security.get("seccompProfile") != {"type": "RuntimeDefault"}:
            yield f"{where(workload)}: no seccompProfile RuntimeDefault"
        for key in ("hostNetwork", "hostPID", "hostIPC"):
            if pod.get(key):
                yield f"{where(workload)}: {key}"
        for volume in pod.get("volumes", []):
            if not set(volume) - {"name"} <= {"configMap", "secret", "emptyDir", "projected",
                                              "persistentVolumeClaim"}:
                yield f"{where(workload)}: volume {volume}"
        for container in containers(workload):
            own = container.get("securityContext", {})
            wanted = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                      "capabilities": {"drop": ["ALL"]}}
            for key, value in wanted.items():
                if own.get(key) != value:
                    yield f"{where(workload, container)}: securityContext.{key} is not {value}"
            if own.get("privileged") or own.get("runAsUser") == 0:
                yield f"{where(workload, container)}: privileged"
            if any("hostPort" in port for port in container.get("ports", [])):
                yield f"{where(workload, container)}: hostPort"


def no_token(objects):
    """Nothing in a pod talks to Kubernetes, nor is told of its services by environment variables."""
    for workload in workloads(objects):
        pod = pod_of(workload)
        if pod.get("automountServiceAccountToken") is not False:
            yield f"{where(workload)}: has a service account's token"
        if pod.get("enableServiceLinks") is not False:
            yield f"{where(workload)}: enableServiceLinks"
        account = pod.get("serviceAccountName")
        if account and named(objects, "ServiceAccount", account) is None:
            yield f"{where(workload)}: there is no ServiceAccount {account}"
    for account in of_kind(objects, "ServiceAccount"):
        if account.get("automountServiceAccountToken") is not False:
            yield f"ServiceAccount/{account['metadata']['name']}: mounts its token"


def images(objects):
    """Of a version, and one that the node has already is taken: it may have been brought there by hand."""
    for workload in workloads(objects):
        for container in containers(workload):
            image = container["image"]
            if not re.fullmatch(r"[^:]+(:\d+/[^:]+)?(:v?\d+[\w.-]*|@sha256:[0-9a-f]{64})", image):
                yield f"{where(workload, container)}: {image} names no version"
            if container.get("imagePullPolicy") != "IfNotPresent":
                yield f"{where(workload, container)}: imagePullPolicy is not IfNotPresent"


def resources(objects):
    for workload in workloads(objects):
        for container in containers(workload):
            for kind in ("requests", "limits"):
                for what in ("cpu", "memory"):
                    if what not in container.get("resources", {}).get(kind, {}):
                        yield f"{where(workload, container)}: no {kind} of {what}"


def probes(objects):
    """Ours by gRPC, each asking for a service that stepshaked tells of, on the port that --health-listen has."""
    services = {"startupProbe": {"liveness", "readiness"}, "readinessProbe": {"readiness"},
                "livenessProbe": {"liveness"}}
    for workload in workloads(objects):
        for container in pod_of(workload)["containers"]:
            for probe, allowed in services.items():
                if probe not in container:
                    yield f"{where(workload, container)}: no {probe}"
                    continue
                if not rendering.is_ours(workload):
                    continue
                grpc = container[probe].get("grpc", {})
                if grpc.get("service") not in allowed:
                    yield f"{where(workload, container)}: {probe} asks {grpc}"
                if grpc.get("port") != port_of(config(objects)["health-listen"]):
                    yield f"{where(workload, container)}: {probe} is not at --health-listen"


def config(objects):
    """stepshaked's configuration file, parsed."""
    found = [each for each in of_kind(objects, "ConfigMap") if "stepshaked.yaml" in each["data"]]
    return yaml.safe_load(found[0]["data"]["stepshaked.yaml"])


def port_of(address):
    return int(address.rpartition(":")[2])


def seconds_of(duration):
    match = re.fullmatch(r"(\d+)(s|m)", duration)
    return int(match[1]) * {"s": 1, "m": 60}[match[2]]


def ending(objects):
    """Sleep, so that everybody learns; then SIGTERM and the drain; and all of it within the grace period."""
    for deployment in of_kind(objects, "Deployment"):
        pod = pod_of(deployment)
        for container in pod["containers"]:
            sleep = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
            if sleep < 5:
                yield f"{where(deployment, container)}: preStop sleeps {sleep} s"
            needed = sleep + seconds_of(config(objects)["drain-timeout"]) + SPARE_SECONDS
            if pod.get("terminationGracePeriodSeconds", 30) < needed:
                yield f"{where(deployment)}: its grace period is under {needed} s"


def rolling(objects):
    for deployment in of_kind(objects, "Deployment"):
        strategy = deployment["spec"].get("strategy", {})
        if strategy.get("rollingUpdate", {}).get("maxUnavailable") != 0:
            yield f"{where(deployment)}: maxUnavailable is not 0"
        spread = pod_of(deployment).get("topologySpreadConstraints", [])
        if "kubernetes.io/hostname" not in [each["topologyKey"] for each in spread]:
            yield f"{where(deployment)}: is not spread over nodes"
        if any(each["whenUnsatisfiable"] != "ScheduleAnyway" for each in spread):
            yield f"{where(deployment)}: a cluster of one node would run one of them"
        scaled = [each for each in of_kind(objects, "HorizontalPodAutoscaler")
                  if each["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"]]
        if scaled and "replicas" in deployment["spec"]:
            yield f"{where(deployment)}: replicas would fight with its autoscaler"
        if not scaled and "replicas" not in deployment["spec"]:
            yield f"{where(deployment)}: says not how many"


def scaling(objects):
    """Where a pod's load fits, the request of one more does, or a rollout waits for a node with room."""
    for scaler in of_kind(objects, "HorizontalPodAutoscaler"):
        deployment = named(objects, "Deployment", scaler["spec"]["scaleTargetRef"]["name"])
        if deployment is None:
            yield f"{where(scaler)}: scales nothing"
            continue
        for metric in scaler["spec"]["metrics"]:
            if metric["resource"]["target"]["averageUtilization"] < 200:
                yield f"{where(scaler)}: adds pods whose requests are most of what they use"


def disruption(objects):
    """One pod at a time may be evicted: never none, so that a drain of the only pod's node comes to an end."""
    for budget in of_kind(objects, "PodDisruptionBudget"):
        if budget["spec"].get("maxUnavailable") != 1 or "minAvailable" in budget["spec"]:
            yield f"{where(budget)}: does not let one pod go"
        if budget["spec"].get("unhealthyPodEvictionPolicy") != "AlwaysAllow":
            yield f"{where(budget)}: a pod that does not serve holds up a drain"


def selectors(objects):
    """A budget for every Deployment, and nothing that selects no pod."""
    labels = [each["spec"]["template"]["metadata"]["labels"] for each in workloads(objects)]

    def selects(selector):
        return any(selector.items() <= each.items() for each in labels)

    for deployment in of_kind(objects, "Deployment"):
        own = deployment["spec"]["template"]["metadata"]["labels"]
        if not any(budget["spec"]["selector"]["matchLabels"].items() <= own.items()
                   for budget in of_kind(objects, "PodDisruptionBudget")):
            yield f"{where(deployment)}: no PodDisruptionBudget"
    for kind, find in (
            ("Service", lambda spec: spec["selector"]),
            ("PodDisruptionBudget", lambda spec: spec["selector"]["matchLabels"]),
            ("NetworkPolicy", lambda spec: spec["podSelector"]["matchLabels"]),
            ("Deployment", lambda spec: spec["selector"]["matchLabels"]),
            ("StatefulSet", lambda spec: spec["selector"]["matchLabels"])):
        for each in of_kind(objects, kind):
            if workloads(objects) and not selects(find(each["spec"])):
                yield f"{kind}/{each['metadata']['name']}: selects no pod"


def network(objects):
    """A policy for every workload, which says both directions and leaves none open to all."""
    for workload in workloads(objects):
        own = workload["spec"]["template"]["metadata"]["labels"]
        found = [each["spec"] for each in of_kind(objects, "NetworkPolicy")
                 if each["spec"]["podSelector"]["matchLabels"].items() <= own.items()]
        if not any(set(spec["policyTypes"]) == {"Ingress", "Egress"} for spec in found):
            yield f"{where(workload)}: no NetworkPolicy of both directions"
        for spec in found:
            if any("from" not in rule or "ports" not in rule for rule in spec.get("ingress", [])):
                yield f"{where(workload)}: ingress from anywhere, or to any port"
            if any("ports" not in rule for rule in spec.get("egress", [])):
                yield f"{where(workload)}: egress to any port"


def keys_exist(objects):
    """Every key of a Secret or ConfigMap that a pod wants is in one of the overlay's, or in a Secret's shape."""
    shapes = rendering.shapes()

    def missing(kind, name, keys):
        found = named(objects, kind, name)
        has = set(found["data"]) if found else shapes.get(name, set()) if kind == "Secret" else set()
        return sorted(set(keys) - has) if has else ["(none of that name)"]

    for workload in workloads(objects):
        wanted = []
        for volume in pod_of(workload).get("volumes", []):
            for kind, source, name in (("Secret", "secret", "secretName"),
                                       ("ConfigMap", "configMap", "name")):
                if source in volume:
                    keys = [item["key"] for item in volume[source].get("items", [])]
                    if not keys:
                        yield f"{where(workload)}: volume {volume['name']} names no keys"
                    wanted.append((kind, volume[source][name], keys))
        for container in containers(workload):
            for variable in container.get("env", []):
                for source, reference in variable.get("valueFrom", {}).items():
                    kind = {"secretKeyRef": "Secret", "configMapKeyRef": "ConfigMap"}[source]
                    wanted.append((kind, reference["name"], [reference["key"]]))
        for kind, name, keys in wanted:
            for key in missing(kind, name, keys):
                yield f"{where(workload)}: {kind} {name} has no key {key}"


def ports_exist(objects):
    """Every port that is named somewhere is one of the pods that are meant."""
    for kind, selector, ports in (
            ("Service", lambda spec: spec["selector"],
             lambda spec: [port["targetPort"] for port in spec["ports"]]),
            ("NetworkPolicy", lambda spec: spec["podSelector"]["matchLabels"],
             lambda spec: [port["port"] for rule in spec.get("ingress", []) for port in rule["ports"]])):
        for each in of_kind(objects, kind):
            for workload in workloads(objects):
                own = workload["spec"]["template"]["metadata"]["labels"]
                if not selector(each["spec"]).items() <= own.items():
                    continue
                has = {key for container in containers(workload) for port in container["ports"]
                       for key in (port["name"], port["containerPort"])}
                for port in ports(each["spec"]):
                    if port not in has:
                        yield f"{kind}/{each['metadata']['name']}: no port {port} in {where(workload)}"
    for deployment in of_kind(objects, "Deployment"):
        has = {port["name"]: port["containerPort"] for port in containers(deployment)[0]["ports"]}
        said = config(objects)
        listened = {"grpc": port_of(said["listen"][0]), "health": port_of(said["health-listen"]),
                    "metrics": port_of(said["metrics-listen"])}
        if has != listened:
            yield f"{where(deployment)}: ports {has}, and stepshaked listens on {listened}"


def mounts_exist(objects):
    """Every file that a flag names lies in a volume that is mounted."""
    for workload in workloads(objects):
        volumes = {volume["name"]: volume for volume in pod_of(workload).get("volumes", [])}
        claims = {each["metadata"]["name"]
                  for each in workload["spec"].get("volumeClaimTemplates", [])}
        for container in containers(workload):
            files = set()
            for mount in container.get("volumeMounts", []):
                if mount["name"] not in volumes:
                    if mount["name"] not in claims:
                        yield f"{where(workload, container)}: there is no volume {mount['name']}"
                    continue
                volume = volumes[mount["name"]]
                items = (volume.get("secret") or volume.get("configMap"))["items"]
                files |= {f"{mount['mountPath']}/{item['path']}" for item in items}
            for argument in container.get("args", []):
                path = argument.partition("=")[2] or argument
                if path.startswith("/") and path not in files:
                    yield f"{where(workload, container)}: {argument}: there is no such file"


def flags_of(objects):
    """Every flag that stepshaked is told, by arguments, environment and file, as --help writes it."""
    for deployment in of_kind(objects, "Deployment"):
        container = containers(deployment)[0]
        for argument in container["args"]:
            yield argument.partition("=")[0]
        for variable in container.get("env", []):
            yield "--" + variable["name"].removeprefix("STEPSHAKED_").lower().replace("_", "-")
        for key in config(objects):
            yield f"--{key}"


def secret_text(objects, name, key):
    found = [each for each in of_kind(objects, "Secret") if each["metadata"]["name"].startswith(name)]
    return base64.b64decode(found[0]["data"][key]).decode()


ALL = (restricted, no_token, images, resources, probes, ending, rolling, scaling, disruption, selectors, network,
       keys_exist, ports_exist, mounts_exist)
