package io.calicofleet.simulator.etcd;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills in a manifest for etcd as its comments tell people to: endpoints, paths of the certificates, the Secret's data. */
public final class EtcdManifests {

    private static final String SECRETS = "/calico-secrets/";
    private static final Pattern DATA =
            Pattern.compile("(name: calico-etcd-secrets\\n  namespace: [a-z-]+\\n)data:(?: null)?\\n");

    private EtcdManifests() {}

    /** The manifest for a cluster that uses this etcd; as it is where it is none for etcd. */
    public static String filled(String yaml, EtcdServer etcd) {
        String text = yaml.replaceAll("https?://<ETCD_IP>:<ETCD_PORT>", etcd.endpoint());
        if (etcd.caPem().isEmpty()) {
            return text;
        }
        for (String key : new String[] {"ca", "cert", "key"}) {
            text = text.replaceAll(
                    "(?m)^  etcd_" + key + ": \"\".*$", "  etcd_" + key + ": \"" + SECRETS + "etcd-" + key + "\"");
        }
        String data = "data:\n  etcd-key: " + base64(etcd.privateKeyPem()) + "\n  etcd-cert: "
                + base64(etcd.certificatePem()) + "\n  etcd-ca: " + base64(etcd.caPem()) + "\n";
        return DATA.matcher(text).replaceAll("$1" + Matcher.quoteReplacement(data));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
