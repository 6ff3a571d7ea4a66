package io.calicofleet.simulator.calico.operator;

import io.calicofleet.simulator.calico.image.ImageVersion;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A release of the operator, and the one release of Calico it installs.
 *
 * @param operator such as v1.25.13
 * @param calico such as v3.22.5
 * @param minor the minor version of Calico, such as 22
 */
record OperatorVersion(String operator, String calico, int minor) {

    private static final Map<String, String> CALICO = new LinkedHashMap<>();

    static {
        String releases =
                "1.3.4=3.13.4 1.5.0=3.14.1 1.7.7=3.15.5 1.10.14=3.16.10 1.13.11=3.17.6 1.15.7=3.18.6 1.17.9=3.19.4 "
                        + "1.20.9=3.20.6 1.23.8=3.21.6 1.25.0=3.22.0 1.25.3=3.22.1 1.25.7=3.22.2 1.25.9=3.22.3 1.25.11=3.22.4 "
                        + "1.25.13=3.22.5 1.27.0=3.23.0 1.27.16=3.23.5 1.28.0=3.24.0 1.28.1=3.24.1 1.28.3=3.24.3 "
                        + "1.28.4=3.24.4 1.28.5=3.24.5 1.29.0=3.25.0 1.29.3=3.25.1 1.29.6=3.25.2 1.30.0=3.26.0 1.30.4=3.26.1 "
                        + "1.30.6=3.26.2 1.30.7=3.26.3 1.30.9=3.26.4 1.30.11=3.26.5 1.32.3=3.27.0 1.32.4=3.27.1 1.32.5=3.27.2 "
                        + "1.32.7=3.27.3 1.32.10=3.27.4 1.32.12=3.27.5 1.34.0=3.28.0 1.34.3=3.28.1 1.34.5=3.28.2 "
                        + "1.34.8=3.28.3 1.34.10=3.28.4 1.34.13=3.28.5 1.36.0=3.29.0 1.36.2=3.29.1 1.36.5=3.29.2 "
                        + "1.36.7=3.29.3 1.36.9=3.29.4 1.36.12=3.29.5 1.36.14=3.29.6 1.36.16=3.29.7 1.38.0=3.30.0 "
                        + "1.38.1=3.30.1 1.38.3=3.30.2 1.38.6=3.30.3 1.38.7=3.30.4 1.38.9=3.30.5 1.38.11=3.30.6 "
                        + "1.38.13=3.30.7 1.40.0=3.31.0 1.40.1=3.31.1 1.40.2=3.31.2 1.40.3=3.31.3 1.40.7=3.31.4 1.40.8=3.31.5 "
                        + "1.40.13=3.31.6 1.40.15=3.31.7 1.42.0=3.32.0 1.42.3=3.32.1 1.42.4=3.32.1";
        for (String release : releases.split(" ", -1)) {
            int equals = release.indexOf('=');
            CALICO.put("v" + release.substring(0, equals), "v" + release.substring(equals + 1));
        }
    }

    /** By the operator's image; null where no such release is known. */
    static @Nullable OperatorVersion ofImage(String image) {
        String operator = ImageVersion.of(image).text();
        String calico = CALICO.get(operator);
        return calico == null
                ? null
                : new OperatorVersion(
                        operator, calico, ImageVersion.of("x:" + calico).minor());
    }

    /** Whether it installs this minor version of Calico v3 or a later one. */
    boolean from(int calicoMinor) {
        return minor >= calicoMinor;
    }
}
