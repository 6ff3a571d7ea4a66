package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOError;
import java.io.IOException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FaultsTest {

    @Test
    void what_running_code_gets_from_its_jvm_ends_a_step() {
        for (Throwable fault : new Throwable[] {
            new IllegalStateException(),
            new StackOverflowError(),
            new OutOfMemoryError(),
            new NoClassDefFoundError(),
            new AssertionError()
        }) {
            assertThat(Faults.contained(fault)).isSameAs(fault);
        }
    }

    @Test
    void an_error_of_another_kind_goes_on() {
        IOError unknown = new IOError(new IOException());

        assertThatThrownBy(() -> Faults.contained(unknown)).isSameAs(unknown);
    }
}
