package io.calicofleet.executor.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.StepKind;
import io.calicofleet.executor.port.StepHandlers;
import io.calicofleet.executor.step.drill.DrillStep;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StepsTest {

    @ParameterizedTest
    @EnumSource(StepKind.class)
    void every_kind_has_its_handler(StepKind kind) {
        assertThat(Steps.all().of(kind).kind()).isEqualTo(kind);
    }

    @Test
    void a_kind_without_a_handler_or_with_two_is_refused() {
        assertThatThrownBy(() -> new StepHandlers(List.of(new DrillStep())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no handler for");
        assertThatThrownBy(() -> new StepHandlers(List.of(new DrillStep(), new DrillStep())))
                .hasMessageContaining("two handlers for drill");
    }
}
