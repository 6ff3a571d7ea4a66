package io.calicofleet.executor.adapter.helm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.model.Digests;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What charts were rendered to lately. Inspection, plan and step ask for the same, and so do clusters of the same values; each time it would take a
 * process. A chart that throws dice is rendered once for all of them, so that what is planned is what is done. Thread-safe.
 */
final class Rendered {

    private static final int REMEMBERED = 12;

    private final Map<String, String> known = new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** What is known of this call, else what the other one answers, unless it fails. */
    String of(HelmCall call, Supplier<String> render) {
        String key = key(call);
        synchronized (known) {
            String before = known.get(key);
            if (before != null) {
                return before;
            }
        }
        String rendered = render.get();
        synchronized (known) {
            known.put(key, rendered);
        }
        return rendered;
    }

    /** A digest, since values may be secret. */
    private static String key(HelmCall call) {
        MessageDigest digest = Digests.sha256();
        for (String part : new String[] {
            call.release(),
            call.namespace(),
            call.kubernetesVersion(),
            call.values().toString()
        }) {
            add(digest, part.getBytes(UTF_8));
        }
        new TreeMap<>(call.chart().files()).forEach((name, content) -> {
            add(digest, name.getBytes(UTF_8));
            add(digest, content);
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, byte[] part) {
        digest.update((part.length + ":").getBytes(UTF_8));
        digest.update(part);
    }
}
