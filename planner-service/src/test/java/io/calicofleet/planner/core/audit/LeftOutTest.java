package io.calicofleet.planner.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.AuditLeftOut;
import io.calicofleet.event.Identity;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LeftOutTest {

    private final LeftOut leftOut = new LeftOut();

    @Test
    void requests_of_a_route_are_one_kind_whatever_they_name() {
        leftOut.add(asked("ada", "POST /api/v1/campaigns/web/approve", 403));
        leftOut.add(asked("ada", "POST /api/v1/campaigns/db/approve", 403));
        leftOut.add(asked("ada", "GET /api/v1/campaigns/db/clusters/eu-1/changes", 403));
        leftOut.add(asked("bob", "POST /api/v1/campaigns/db/approve", 422));
        assertThat(leftOut.untold())
                .containsExactly(
                        new AuditLeftOut("ada", "POST /api/v1/campaigns/*/approve", 403, 2),
                        new AuditLeftOut("ada", "GET /api/v1/campaigns/*/clusters/*/changes", 403, 1),
                        new AuditLeftOut("bob", "POST /api/v1/campaigns/*/approve", 422, 1));
    }

    @Test
    void strangers_who_make_up_paths_crowd_out_nobody() {
        for (int i = 0; i < 5000; i++) {
            leftOut.add(asked(null, "GET /api/v1/" + i + "/" + "x".repeat(5000), 401));
        }
        leftOut.add(asked("ada", "POST /api/v1/campaigns", 403));
        List<AuditLeftOut> untold = leftOut.untold();
        assertThat(untold).hasSize(LeftOut.OF_STRANGERS + 2);
        assertThat(untold).contains(new AuditLeftOut("ada", "POST /api/v1/campaigns", 403, 1));
        assertThat(untold.getFirst()).isEqualTo(new AuditLeftOut(null, LeftOut.OTHERS, 0, 5000 - LeftOut.OF_STRANGERS));
        assertThat(untold).allMatch(one -> one.request().length() <= 200);
    }

    @Test
    void whatever_comes_between_all_are_told_once() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            LeftOut some = new LeftOut();
            long told = 0;
            int all = random.nextInt(2000);
            List<AuditLeftOut> written = List.of();
            for (int i = 0; i < all; i++) {
                some.add(asked(random.nextBoolean() ? null : "ada", "GET /" + random.nextInt(300), 401));
                if (random.nextInt(50) == 0) {
                    // What comes while a record is written is for the next one.
                    some.told(written);
                    told += count(written);
                    written = some.untold();
                }
            }
            some.told(written);
            told += count(written);
            assertThat(told + count(some.untold())).as("seed %d", seed).isEqualTo(all);
        }
    }

    private static long count(List<AuditLeftOut> some) {
        return some.stream().mapToLong(AuditLeftOut::count).sum();
    }

    private static Asked asked(@Nullable String who, String request, int status) {
        Identity identity = who == null ? null : new Identity(who, who, null, "local-token", List.of());
        return new Asked(identity, "10.0.0.1", request, null, null, null, status, request);
    }
}
