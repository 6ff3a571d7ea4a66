package io.calicofleet.executor.core.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.Locale;
import java.util.Set;

/**
 * Felix: what its environment says the operator writes into FelixConfiguration default, where it knows a field for it, and
 * where the value is of that field's type.
 */
final class FelixRules {

    private static final String PREFIX = "FELIX_";

    /** One the operator gives its unit itself. */
    private static final String SECONDS = "iptablesrefreshinterval";

    private final ManifestInstall install;
    private final Refusals refusals;

    private FelixRules(ManifestInstall install, Refusals refusals) {
        this.install = install;
        this.refusals = refusals;
    }

    static void judge(ManifestInstall install, Refusals refusals) {
        FelixRules rules = new FelixRules(install, refusals);
        refusals.mustBe("calico-node", "FELIX_DEFAULTENDPOINTTOHOSTACTION", "accept");
        rules.metrics();
        rules.dataPlane();
        rules.others();
    }

    private void metrics() {
        boolean on = refusals.env("calico-node", "FELIX_PROMETHEUSMETRICSENABLED")
                .filter(value -> value.equalsIgnoreCase("true"))
                .isPresent();
        refusals.env("calico-node", "FELIX_PROMETHEUSMETRICSPORT")
                .filter(port -> on && !WorkloadRules.isPort(port))
                .ifPresent(port -> refusals.add(
                        refusals.node("calico-node"),
                        "FELIX_PROMETHEUSMETRICSPORT=" + port,
                        "Set it to a port from 1 to 65535"));
    }

    private void dataPlane() {
        boolean ebpf = is("bpfEnabled", "true") || says("FELIX_BPFENABLED", "true");
        boolean nftables = is("nftablesMode", "Enabled") || says("FELIX_NFTABLESMODE", "enabled");
        if (ebpf && !ReleaseTrait.OPERATOR_TAKES_OVER_EBPF.isIn(install.version())) {
            refusals.add(
                    "Felix uses eBPF, and the operator of " + install.version() + " would set it to iptables",
                    "Go to " + ReleaseTrait.OPERATOR_TAKES_OVER_EBPF.from().line()
                            + " or later first, or turn bpfEnabled off");
        } else if (ebpf && !install.configMaps().containsKey("kubernetes-services-endpoint")) {
            refusals.add(
                    "Felix uses eBPF, and there is no ConfigMap kube-system/kubernetes-services-endpoint, which the operator"
                            + " refuses",
                    "Create it with KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT of the API server");
        }
        if (nftables && !ReleaseTrait.OPERATOR_TAKES_OVER_NFTABLES.isIn(install.version())) {
            refusals.add(
                    "Felix uses nftables, and the operator of " + install.version() + " would set it to iptables",
                    "Go to " + ReleaseTrait.OPERATOR_TAKES_OVER_NFTABLES.from().line()
                            + " or later first, or turn nftablesMode off");
        }
        if (ebpf && nftables) {
            refusals.add(
                    "Felix is told to use eBPF and nftables both, which the operator refuses", "Turn one of them off");
        }
    }

    private boolean is(String field, String value) {
        return install.felix().path("spec").path(field).asText().equals(value);
    }

    private boolean says(String variable, String value) {
        boolean known = variable.equals("FELIX_BPFENABLED")
                ? ReleaseTrait.OPERATOR_TAKES_OVER_EBPF.isIn(install.version())
                : ReleaseTrait.OPERATOR_TAKES_OVER_NFTABLES.isIn(install.version());
        return (known ? refusals.env("calico-node", variable) : refusals.value(install.node(), "calico-node", variable))
                .filter(value::equalsIgnoreCase)
                .isPresent();
    }

    /** Whatever of Felix' environment nothing else has looked at. */
    private void others() {
        ManifestInstall.container(install.node(), "calico-node").stream()
                .flatMap(container -> Json.elements(container.get("env")))
                .map(entry -> Json.text(entry, "name"))
                .distinct()
                .filter(variable -> variable.startsWith(PREFIX) && !refusals.isChecked("calico-node", variable))
                .toList()
                .forEach(this::field);
    }

    private void field(String variable) {
        String value = refusals.env("calico-node", variable).orElse("");
        String name = variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
        if (install.felixFields().isEmpty() || (name.equals("iptablesbackend") && value.equalsIgnoreCase("auto"))) {
            return;
        }
        JsonNode schema = install.felixFields().get(name);
        if (schema == null) {
            refusals.add(
                    refusals.node("calico-node") + " has " + variable + ", for which FelixConfiguration of "
                            + install.version() + " has no field, so that the operator refuses it",
                    "Remove it there");
            return;
        }
        String wanted = wanted(name, Json.text(schema, "type"), value);
        if (!wanted.isEmpty()) {
            refusals.add(
                    refusals.node("calico-node"),
                    variable + "=" + value + ", which is not " + wanted,
                    "Write it as one, or remove it and say it in FelixConfiguration default");
        }
    }

    /** What the value should be, for people; empty where it is. */
    private static String wanted(String name, String type, String value) {
        return switch (type) {
            case "boolean" ->
                Set.of("1", "t", "true", "0", "f", "false").contains(value.toLowerCase(Locale.ROOT))
                        ? ""
                        : "true or false";
            case "integer" -> value.matches("-?[0-9]{1,10}") ? "" : "a number";
            case "string" ->
                isDuration(name) && value.matches("[0-9]+") && !value.equals("0") && !name.equals(SECONDS)
                        ? "a duration with its unit, such as " + value + "s"
                        : "";
            default -> "";
        };
    }

    /** Fields of Felix that are durations; their definitions call them strings. */
    private static boolean isDuration(String name) {
        return name.endsWith("interval")
                || name.endsWith("timeout")
                || name.endsWith("period")
                || name.endsWith("delay")
                || name.endsWith("ttl");
    }
}
