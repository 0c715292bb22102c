"""The manifests of deploy/k8s as `kubectl kustomize` renders them, and ways to find one's way in them."""
import functools
import json
import os
import pathlib
import subprocess

import yaml

SOURCE = pathlib.Path(os.environ["SOURCE_DIR"])
OVERLAYS = SOURCE / "deploy/k8s/overlays"
NODE_MODULES = SOURCE / "node_modules"
KUBECTL = NODE_MODULES / ".bin/kubectl"
SECONDS = 60


def overlays():
    return sorted(folder.name for folder in OVERLAYS.iterdir())


@functools.lru_cache(maxsize=None)
def rendered_text(folder):
    if not KUBECTL.exists():
        raise AssertionError(f"{KUBECTL} is missing: ./dev setup installs it")
    done = subprocess.run([KUBECTL, "kustomize", folder], capture_output=True, text=True,
                          timeout=SECONDS, check=False)
    if done.returncode or done.stderr:  # a warning, of a field that is deprecated, counts
        raise AssertionError(f"kubectl kustomize {folder}: {done.stderr}")
    return done.stdout


def render(overlay):
    """The overlay's objects, new ones for each caller."""
    return objects_of(rendered_text(OVERLAYS / overlay))


def objects_of(text):
    objects = [each for each in yaml.safe_load_all(text) if each]
    for each in objects:
        if each["kind"] == "Secret":  # kustomize breaks long base64 into lines
            each["data"] = {key: "".join(value.split()) for key, value in each["data"].items()}
    return objects


def shapes():
    """Secrets that an overlay's user brings, by name: the keys that they have."""
    text = (SOURCE / "deploy/k8s/base/secrets.shape.yaml").read_text()
    return {each["metadata"]["name"]: set(each["stringData"])
            for each in yaml.safe_load_all(text)}


def of_kind(objects, kind):
    return [each for each in objects if each["kind"] == kind]


def named(objects, kind, name):
    found = [each for each in of_kind(objects, kind) if each["metadata"]["name"] == name]
    return found[0] if found else None


def workloads(objects):
    return of_kind(objects, "Deployment") + of_kind(objects, "StatefulSet")


def pod_of(workload):
    return workload["spec"]["template"]["spec"]


def containers(workload):
    pod = pod_of(workload)
    return pod.get("initContainers", []) + pod["containers"]


def is_ours(workload):
    return workload["metadata"]["name"] == "stepshaked"


def schema_problems(objects):
    """What Kubernetes' schemas, of the npm package kubernetes-models, have against them."""
    done = subprocess.run(
        ["node", SOURCE / "tests/deploy/schemas.cjs", SOURCE],
        input=json.dumps(objects), capture_output=True, text=True, timeout=SECONDS, check=True)
    return json.loads(done.stdout)
