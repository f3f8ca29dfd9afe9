import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.event.ruler.Machine;

/** Reads {"patterns": [...], "events": [...]} and says for each event which patterns match it, by their places. */
public class Match {
  public static void main(String[] arguments) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode asked = mapper.readTree(System.in);
    Machine machine = new Machine();
    int count = 0;
    for (JsonNode pattern : asked.get("patterns")) {
      machine.addRule(String.valueOf(count++), pattern.asText());
    }
    List<List<Integer>> answers = new ArrayList<>();
    for (JsonNode event : asked.get("events")) {
      List<Integer> matched = new ArrayList<>();
      for (String name : machine.rulesForJSONEvent(event.toString())) {
        matched.add(Integer.valueOf(name));
      }
      answers.add(matched);
    }
    mapper.writeValue(System.out, Map.of("answers", answers));
  }
}
