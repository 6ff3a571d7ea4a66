package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.model.Json;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who brings packets from node to node: Calico's {@code node/filesystem/etc/rc.local} starts BIRD and confd unless CALICO_NETWORKING_BACKEND is none or
 * vxlan; with none, which policy-only and canal have, something else does.
 *
 * @param name the value of CALICO_NETWORKING_BACKEND; empty where it is not set
 * @param where where it is said
 */
record Backend(String name, String where) {

    static Backend of(CalicoNode node) {
        Set<String> maps = new TreeSet<>();
        Json.elements(node.daemonSet().at("/spec/template/spec/containers"))
                .flatMap(container -> Json.elements(container.get("env")))
                .filter(entry -> Json.text(entry, "name").equals("CALICO_NETWORKING_BACKEND"))
                .map(entry -> entry.at("/valueFrom/configMapKeyRef"))
                .filter(JsonNode::isObject)
                .forEach(ref -> maps.add(", by " + Json.text(ref, "key") + " of ConfigMap " + Json.text(ref, "name")));
        return new Backend(node.env("CALICO_NETWORKING_BACKEND"), String.join("", maps));
    }

    boolean isNone() {
        return name.equals("none");
    }

    boolean hasBird() {
        return !isNone() && !name.equals("vxlan");
    }

    @Override
    public String toString() {
        return "CALICO_NETWORKING_BACKEND is " + name + where;
    }
}
