package io.calicofleet.runtime;

import java.util.List;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** What health checks answer. */
public final class Health {

    private Health() {}

    /**
     * Up where nothing is missing; more may be added to it.
     *
     * @param name of the check
     * @param missing what is missing, one sentence each
     */
    public static HealthCheckResponseBuilder upUnless(String name, List<String> missing) {
        HealthCheckResponseBuilder response = HealthCheckResponse.named(name).status(missing.isEmpty());
        for (int i = 0; i < missing.size(); i++) {
            response.withData("missing " + (i + 1), missing.get(i));
        }
        return response;
    }
}
