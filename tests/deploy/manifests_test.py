"""deploy/k8s: every overlay renders, is what Kubernetes' schemas want, and holds to our policies; each policy finds
what it is there for."""
import copy
import json
import os
import re
import subprocess
import unittest

import policies
import rendering
from rendering import of_kind, render

OPEN = {"single", "replicated", "own-redis"}  # those that say --insecure, and why in their first lines


class Overlays(unittest.TestCase):
    def test_are_what_the_schemas_want(self):
        for overlay in rendering.overlays():
            with self.subTest(overlay):
                self.assertEqual(rendering.schema_problems(render(overlay)), [])

    def test_hold_to_the_policies(self):
        for overlay in rendering.overlays():
            for policy in policies.ALL:
                with self.subTest(overlay=overlay, policy=policy.__name__):
                    self.assertEqual(list(policy(render(overlay))), [])

    def test_tell_stepshaked_flags_that_it_knows(self):
        done = subprocess.run([os.environ["STEPSHAKED"], "--help"], capture_output=True, text=True,
                              timeout=rendering.SECONDS, check=True)
        known = set(re.findall(r"--[a-z][a-z0-9-]*", done.stdout))
        for overlay in rendering.overlays():
            with self.subTest(overlay):
                self.assertLessEqual(set(policies.flags_of(render(overlay))), known)

    def test_say_so_where_callers_are_not_protected(self):
        for overlay in rendering.overlays():
            for deployment in of_kind(render(overlay), "Deployment"):
                args = policies.containers(deployment)[0]["args"]
                with self.subTest(overlay):
                    self.assertEqual("--insecure" in args, overlay in OPEN)

    def test_are_in_one_namespace_which_enforces_restricted(self):
        for overlay in set(rendering.overlays()) - {"monitoring"}:
            objects = render(overlay)
            (namespace,) = of_kind(objects, "Namespace")
            labels = namespace["metadata"]["labels"]
            self.assertEqual(labels["pod-security.kubernetes.io/enforce"], "restricted")
            for each in objects:
                if each is not namespace:
                    self.assertEqual(each["metadata"]["namespace"], namespace["metadata"]["name"])

    def test_single_has_one_replica_and_no_store(self):
        objects = render("single")
        (deployment,) = rendering.workloads(objects)
        self.assertEqual(deployment["spec"]["replicas"], 1)
        self.assertEqual(of_kind(objects, "HorizontalPodAutoscaler") + of_kind(objects, "Secret"), [])
        self.assertNotIn("--redis", set(policies.flags_of(objects)))

    def test_the_others_have_three_over_a_store(self):
        for overlay in ("replicated", "own-redis", "mtls"):
            objects = render(overlay)
            (scaler,) = of_kind(objects, "HorizontalPodAutoscaler")
            self.assertEqual(scaler["spec"]["minReplicas"], 3)
            self.assertLessEqual({"--redis", "--redis-password-file", "--key-file"},
                                 set(policies.flags_of(objects)))

    def test_calls_go_out_to_redis_and_the_resolver_alone(self):
        for overlay, ports in (("single", []), ("replicated", [53, 53, 6379]),
                               ("own-redis", [53, 53, 6379]), ("mtls", [53, 53, 6379])):
            spec = rendering.named(render(overlay), "NetworkPolicy", "stepshaked")["spec"]
            self.assertEqual([port["port"] for rule in spec["egress"] for port in rule["ports"]],
                             ports)


class Monitoring(unittest.TestCase):
    def test_asks_for_metrics_that_there_are(self):
        known = set(re.findall(r"`(stepshake_\w+)`", (rendering.SOURCE / "docs/operating.md").read_text()))
        known |= {"stepshake_step_seconds_bucket"}
        objects = render("monitoring")
        (dashboard,) = of_kind(objects, "ConfigMap")
        panels = json.loads(dashboard["data"]["stepshake.json"])["panels"]
        asked = [target["expr"] for panel in panels for target in panel["targets"]]
        (rules,) = of_kind(objects, "PrometheusRule")
        alerts = rules["spec"]["groups"][0]["rules"]
        asked += [alert["expr"] for alert in alerts]
        for expression in asked:
            metrics = set(re.findall(r"\bstepshake_\w+", expression))
            with self.subTest(expression):
                self.assertTrue(metrics or "container_" in expression)
                self.assertLessEqual(metrics, known)

    def test_says_of_each_alert_what_it_means(self):
        (rules,) = of_kind(render("monitoring"), "PrometheusRule")
        page = (rendering.SOURCE / "docs/deployment.md").read_text()
        for alert in rules["spec"]["groups"][0]["rules"]:
            self.assertIn(f"| `{alert['alert']}` |", page)

    def test_knows_how_many_sessions_there_may_be(self):
        (rules,) = of_kind(render("monitoring"), "PrometheusRule")
        (expression,) = [alert["expr"] for alert in rules["spec"]["groups"][0]["rules"]
                         if alert["alert"] == "StepshakeManySessions"]
        most = policies.config(render("replicated"))["max-sessions"]
        self.assertTrue(expression.endswith(f"> {most * 4 // 5}"))

    def test_finds_the_metrics_port(self):
        (monitor,) = of_kind(render("monitoring"), "ServiceMonitor")
        wanted = monitor["spec"]["selector"]["matchLabels"]
        found = [service for service in of_kind(render("replicated"), "Service")
                 if wanted.items() <= service["metadata"]["labels"].items()]
        self.assertEqual(len(found), 1)
        self.assertIn(monitor["spec"]["endpoints"][0]["port"],
                      [port["name"] for port in found[0]["spec"]["ports"]])


class Checks(unittest.TestCase):
    """A check that finds nothing in a broken manifest would find nothing in any."""

    def test_schemas_refuse_wrong_types_and_unknown_fields(self):
        def deployment(change):
            (each,) = of_kind(render("single"), "Deployment")
            change(each["spec"])
            return rendering.schema_problems([each])

        def container(spec):
            return spec["template"]["spec"]["containers"][0]

        self.assertIn("must be integer", deployment(lambda spec: spec.update(replicas="1"))[0])
        self.assertIn("replica: unknown", deployment(lambda spec: spec.update(replica=1))[0])
        self.assertIn("unknown field", deployment(
            lambda spec: container(spec)["lifecycle"]["preStop"]["sleep"].update(second=1))[0])
        self.assertIn("unknown field", deployment(
            lambda spec: container(spec)["ports"][0].update(hostport=1))[0])
        self.assertIn("there is no", rendering.schema_problems(
            [{"apiVersion": "apps/v1", "kind": "Deploiment", "metadata": {"name": "x"}}])[0])

    def test_each_policy_finds_what_it_is_for(self):
        for policy, overlay, break_it in BREAKAGES:
            objects = copy.deepcopy(render(overlay))
            break_it(objects)
            with self.subTest(policy=policy.__name__):
                self.assertNotEqual(list(policy(objects)), [])
        self.assertEqual({policy for policy, _, _ in BREAKAGES}, set(policies.ALL))


def ours(objects):
    return rendering.named(objects, "Deployment", "stepshaked")["spec"]


def pod(objects):
    return ours(objects)["template"]["spec"]


def container_of(objects):
    return pod(objects)["containers"][0]


def drop(kind):
    def break_it(objects):
        objects[:] = [each for each in objects if each["kind"] != kind]
    return break_it


BREAKAGES = (
    (policies.restricted, "single", lambda o: pod(o)["securityContext"].pop("runAsNonRoot")),
    (policies.restricted, "single", lambda o: pod(o)["securityContext"].pop("seccompProfile")),
    (policies.restricted, "single",
     lambda o: container_of(o)["securityContext"]["capabilities"].update(drop=["NET_RAW"])),
    (policies.restricted, "single", lambda o: pod(o)["volumes"].append(
        {"name": "x", "hostPath": {"path": "/"}})),
    (policies.no_token, "single", lambda o: pod(o).pop("automountServiceAccountToken")),
    (policies.no_token, "single", drop("ServiceAccount")),
    (policies.images, "single", lambda o: container_of(o).update(image="localhost/stepshake:latest")),
    (policies.images, "single", lambda o: container_of(o).update(image="localhost:5000/stepshake")),
    (policies.images, "replicated", lambda o: rendering.named(o, "StatefulSet", "stepshake-redis")["spec"][
        "template"]["spec"]["containers"][0].update(imagePullPolicy="Always")),
    (policies.resources, "single", lambda o: container_of(o)["resources"]["limits"].pop("memory")),
    (policies.probes, "single", lambda o: container_of(o).pop("startupProbe")),
    (policies.probes, "single",
     lambda o: container_of(o)["livenessProbe"]["grpc"].update(service="readiness")),
    (policies.probes, "single", lambda o: container_of(o)["livenessProbe"]["grpc"].update(port=50443)),
    (policies.ending, "single", lambda o: container_of(o).pop("lifecycle")),
    (policies.ending, "single", lambda o: pod(o).update(terminationGracePeriodSeconds=30)),
    (policies.rolling, "single", lambda o: ours(o)["strategy"]["rollingUpdate"].update(maxUnavailable=1)),
    (policies.rolling, "replicated", lambda o: ours(o).update(replicas=3)),
    (policies.rolling, "single",
     lambda o: pod(o)["topologySpreadConstraints"][0].update(whenUnsatisfiable="DoNotSchedule")),
    (policies.scaling, "replicated", lambda o: of_kind(o, "HorizontalPodAutoscaler")[0]["spec"]["metrics"][0][
        "resource"]["target"].update(averageUtilization=80)),
    (policies.scaling, "replicated", drop("Deployment")),
    (policies.disruption, "single",
     lambda o: of_kind(o, "PodDisruptionBudget")[0]["spec"].update(maxUnavailable=0)),
    (policies.disruption, "single",
     lambda o: of_kind(o, "PodDisruptionBudget")[0]["spec"].pop("unhealthyPodEvictionPolicy")),
    (policies.selectors, "single", drop("PodDisruptionBudget")),
    (policies.selectors, "single",
     lambda o: rendering.named(o, "Service", "stepshaked")["spec"].update(selector={"a": "b"})),
    (policies.network, "replicated", drop("NetworkPolicy")),
    (policies.network, "single",
     lambda o: rendering.named(o, "NetworkPolicy", "stepshaked")["spec"]["ingress"][0].pop("from")),
    (policies.keys_exist, "replicated", drop("Secret")),
    (policies.keys_exist, "single", drop("ConfigMap")),
    (policies.keys_exist, "own-redis",
     lambda o: pod(o)["volumes"][1]["secret"]["items"][0].update(key="kyes")),
    (policies.ports_exist, "single",
     lambda o: rendering.named(o, "Service", "stepshaked")["spec"]["ports"][0].update(targetPort="http")),
    (policies.ports_exist, "single",
     lambda o: container_of(o)["ports"][0].update(containerPort=50543)),
    (policies.mounts_exist, "mtls", lambda o: container_of(o)["volumeMounts"].pop()),
)


if __name__ == "__main__":
    unittest.main()
