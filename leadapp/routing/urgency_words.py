"""The phrases that mark a lead urgent, in English and Spanish: plumbing, gas, electrical, heating, locks, roofs, lifts.

Written folded (lower case, no accents, no apostrophes: "wont"). `~` stands for a simple ending (leak~: leaks, leaked,
leaking, leaky), ` .. ` for up to four words, `(a|b)` for a choice; (?!...) is what must not follow.
"""

from __future__ import annotations

_BROKEN = (
    "(not (work|heat|turn|com)~|doesnt work|dont work|does not work|isnt working|wont (work|start|turn on|light|heat)"
    "|stop~ working|stopped|quit~|went out|is out|are out|(break~|broke|broken) down|fail~|died|is dead|is down)"
)
_LOSS = "(no|lost|loss of|loses|lose|without|lack of|zero|dont have|havent got|dont have any)"
_OUT = "(out|off|down|outage~|cut off|cut out|gone|went out|went off|fail~)"
_SEVERE = "(severe|serious|major|massive|heavy|huge|big|bad|active~|sudden|significant|terrible|uncontrolled|constant)"
_HEAT_WAVE = "(extreme heat|heat wave|heatwave|hot weather|dangerous heat|newborn|baby|elderly|infant|oxygen)"
_WATER_MOVES = "(pour~|gush~|spray~|spurt~|rush~|stream~|com~|leak~|enter~|run~|drip~|seep~|pool~|spill~|shoot~)"
_INDOORS = (
    "(ceiling~|wall~|floor~|room~|basement|kitchen|hall~|hallway~|house|home|drywall|light fixture~|carpet|apartment)"
)

#: Danger to life. Counts even when the same customer writes that it is not urgent.
DANGER: tuple[str, ...] = (
    "gas (leak~|smell~|odor~|odour~)",
    "(leak~|smell~|odor|odour|hiss~|broken) (of |like |some )?(natural |propane |the )?gas",
    "(smell|smells|smelled|smelling) .. gas",
    "gas .. (leak~|smell~|hiss~)",
    "(gas line~|gas pipe~|gas main) .. (broken|broke|hit|cut|leak~|burst|damaged)",
    "broken gas (line|pipe|main)",
    "rotten eggs?",
    "carbon monoxide(?! (detector~|alarm~)( (install~|replac~|batter~|quote|installation)))",
    "co (detector|alarm) .. beep~",
    "co2? alarm",
    "(outlet|panel|breaker|wire|wires|wiring|switch|socket|furnace|boiler|motor) .. smok~",
    "(smoke|fire|co|carbon monoxide) (alarm|detector)s? .. (sound~|go~ off|goes off|went off|alarming)",
    "(visible|see|seeing|is|theres|black|white|thick) smoke",
    "smoke (coming|from|out of|in)|smoking (from|out of)",
    "(on|caught|catch~|a|the|is|structure|electrical|house|kitchen|chimney|small) fires?"
    "(?! (alarm|detector|sprinkler|extinguisher|hydrant|escape|door|damper|wall|rated|place|pit|wood|inspection))",
    "^fires?$",
    "fire hazard",
    "burn~ (smell~|odor~|odour~)",
    "smell~ (of |like )?(something )?burn~",
    "(smell~|odor) .. (burning|smoke)",
    "(outlet|panel|breaker|wire|wires|wiring|switch|socket|plug) .. (burn~|melt~|hot to the touch|scorch~)",
    "(spark|sparks|sparking|sparked|arcing)(?! plug)",
    "(electric|electrical|mild|got|get|getting|a) shocks?(?! absorber)",
    "shocks? (when|from|if|every)",
    "(got|getting|get|was|been) shocked",
    "electrocut(ed|ion)",
    "(exposed|frayed|live|chewed|bare|downed|dangling|hanging) .. (wire~|wiring|cable~|power line~|line~)",
    "(wire~|power line~) .. (exposed|down|frayed|live|hanging)",
    "(trapped|stuck) .. (elevator|lift)",
    "(elevator|lift) .. stuck",
    "person trapped",
    "(danger|dangers|dangerous|dangerously|endanger|endangers|endangering|life threatening|unsafe)",
    "(at|serious) (\\w+ )?risk",
    "structural~ .. (damage|problem~|failure|collapse)",
    "(cause|causes|causing) structural .. problems",
    "(roof|ceiling|wall|floor|building|chimney|deck) .. (collaps~|cav~ in|fall~ (in|down)|fell|com~ down)",
    "collaps~ .. (roof|ceiling|wall|building|chimney|section)",
    "(huele|olor|oliendo) .. gas",
    "(fuga|escape) de gas",
    "gas .. (fuga|fugando|escapando)",
    "monoxido",
    "(huele|olor) a (quemado|humo)",
    "(chispas?|chispazos?|echando chispas)",
    "(sale|saliendo|hay|mucho) humo",
    "(incendio|incendiando|hay fuego|en llamas|se quema|se esta quemando)",
    "(cortocircuito|corto circuito)",
    "(me dio|da|dan) .. (toques|corriente|descarga)",
    "cables? .. (pelados?|expuestos?|sueltos?|caidos?|quemados?)",
    "(peligro|peligroso|peligrosa)",
    "(atrapad[oa]s?|encerrad[oa]s?) .. (ascensor|elevador)",
    "(techo|pared|muro) .. (cayo|cayendo|derrumb\\w+|colaps\\w+)",
)

#: Damage that grows by the hour, or a home one cannot live in or lock.
DAMAGE: tuple[str, ...] = (
    "burst(s|ing|ed)?",
    "(busted|ruptured|cracked|split|broken|snapped|broke|frozen|froze) .. (pipe~|water line|water main|main line|hose)",
    "(pipe~|water line|water main|main line) .. (burst|busted|broke|broken|ruptured|exploded|snapped|froze|frozen)",
    "flood~(?! (light~|lamp~|insurance|zone|plain))",
    "overflow~",
    "sewage",
    "(sewer|sewerage|waste|drain~|toilet~) .. (back~ up|backup~|backing|backs up|back surge|upsurg~|com~ up)",
    "(sewer|septic|drain|toilet) back ?up~",
    "foul drain~",
    "waste .. (into the|com~ up|everywhere)",
    f"{_SEVERE} (and \\w+ )?(water |roof |pipe |steam |plumbing )?leak~",
    "leak~ .. (badly|heavily|everywhere|everywere|a lot|bad|nonstop|like crazy)",
    "(plumbing|steam|water) leak~",
    "leak~ ((from|in|of|on|out|under|a|the|my|our|main|water|heating|hot) )*(pipe~|tank|boiler|main|line|cistern)",
    "leak~ .. (water or heating|water|heating) (pipe~|tank)",
    "(pipe~|tank|boiler|water heater|main|furnace|cistern) .. leak~",
    f"leak~ .. (through|into|onto|from) .. {_INDOORS}",
    "leak~ .. (cannot be contained|cant be contained|wont stop|not stopping)",
    f"water .. {_WATER_MOVES} .. (through|into|in|out|from|around|everywhere|onto|all over|down)",
    f"water {_WATER_MOVES} .. {_INDOORS}",
    "water (is )?(everywhere|all over|ingress|damage)",
    "(ceiling|wall) .. (drip~|leak~|pour~|bulg~|sag~)(?! .. quote)",
    "(stains?|spots?) .. (ceiling|walls?)",
    "(cant|cannot|wont|unable to|doesnt) .. (stop|shut off|turn off|shut|close) .. (water|leak~|valve|flow)",
    "(taps?|faucets?) .. continual~ running",
    f"{_LOSS} (any |of |running |all |cold |the )*water(?! (pressure|heater|softener|filter|fountain|bill|damage))",
    "(water|water supply) (is |was |has been |went )?(completely )?(out|off|shut off|cut off|outage~|gone)",
    "no water .. (faucet~|tap~|house|home|all)",
    "(total|complete|whole) .. (loss|outage|failure)(?! of hot water)",
    f"{_LOSS} (any |of |all |the |our )*(electric |electrical |mains )?(power|electricity|electric|current)"
    "(?! to (the |an? |one |my )?(outlet|socket|plug))",
    f"(power|electricity) .. {_OUT}",
    "(power|lighting|electrical|water|gas) outage~",
    "(half|part|most) .. house .. (no|without|lost) power",
    "power outage~",
    "electrical (fault~|failure|hazard)",
    "(breaker|fuse) .. (keeps|often|constantly|repeatedly|wont reset)",
    "(no|lost|without|loss of) .. gas( supply)?(?! (range|stove|grill|line install~))",
    f"{_LOSS} (any |of |all |the |our )*(heat|heating)(?! (pump|gun))",
    "(heat|heating|furnace|boiler|radiators?) .. " + _BROKEN,
    "(heat|heating|furnace|boiler) (has |is |went |just )?(out|off|dead|down)",
    f"(no|without|broken) (ac|a c|air condition~|cooling) .. {_HEAT_WAVE}",
    f"(ac|a c|air condition~|cooling) .. {_BROKEN} .. {_HEAT_WAVE}",
    "(only|no other) (have |one |working |a )*(toilet|bathroom|wc|restroom)",
    "(failed|broken|dead) sump pump",
    "sump pump .. " + _BROKEN,
    "(blocked|clogged|crooked|damaged|broken) (flue|chimney)",
    "flue .. blocked",
    "lock(ed)? .. out",
    "locked (myself|ourselves) out",
    "(lost|loss of|stolen|broke|broken) .. keys?",
    "(broken|jammed|smashed|kicked in|damaged) .. (front |back |entry |exterior )?(lock|locks)",
    "(lock|deadbolt) .. (broken|jammed|malfunction~|wont (open|lock|turn)|broke off)",
    "(insecure|non secure|unsecured) .. (door~|window~|lock~)",
    "(door~|window~|property|house|home|building) .. (cant|cannot|wont|will not) (be )?(secured?|lock~)",
    "(break in|broke in|broken into(?! (pieces|two|half))|burglar~|burgled|burglary|forced entry|kicked in|vandal\\w+)",
    "(shattered|smashed|broken|missing|dangerous) .. (window|glass|glazing|storefront)(?! (repair|replacement) quote)",
    "hole .. roof",
    "tree~ .. (fall~|fell|fallen|crash~|down|landed|on (the|my|our) (house|roof|home|garage))",
    "(fallen|falling|downed) .. (tree|limb|branch|masonry|debris|glass|brick~|materials)",
    "storm .. damage~",
    "damage~ .. storm",
    "(severe|storm|hail|wind) .. damage",
    "(shingle~|roof) .. (blew off|blown off|torn off|ripped off|off in the storm)",
    "inundad[oa]s?",
    "inundacion(es)?",
    "(se )?(esta )?inund(a|ando|o)",
    "(revento|reventad[oa]s?|reventando|exploto|estallo)",
    "(tuberia|tubo|cano|caneria|manguera)s? .. (rot[oa]s?|rompio|rompieron|congelad[oa]s?|quebrad[oa]s?)",
    "(se )?(rompio|quebro) .. (tuberia|tubo|cano|caneria)",
    "(fuga|escape|gotera) .. (agua|tuberia|techo|pared|grande|fuerte)",
    "(sale|saliendo|cae|cayendo|entra|entrando|chorrea|tirando|botando) .. agua",
    "agua .. (saliendo|cayendo|entrando|por todos lados|por todas partes|por el techo)",
    "(no hay|sin|no tengo|no tenemos|se fue (el|la)|nos quedamos sin|me quede sin) (nada de )?"
    "(agua|luz|electricidad|corriente|calefaccion|gas|energia)(?! caliente)",
    "(calefaccion|caldera|calentador) .. (no funciona|no prende|no enciende|no sirve|se apago|descompuest[oa])",
    "aguas? (negras?|residuales)",
    "(desborda|desbordo|desbordando|desbordad[oa]|rebosa|rebosando|rebalsa|rebalsando)",
    "(drenaje|desague|alcantarilla|cloaca|inodoro|bano) .. (desbord\\w+|regres\\w+|rebals\\w+|devuelv\\w+)",
    "(unico|solo un) (bano|inodoro)",
    "(me quede|nos quedamos|estoy|quede) .. (afuera|fuera|encerrad[oa])",
    "(cerradura|chapa|puerta) .. (rota|rompio|forzada|forzaron|no cierra|no abre)",
    "(perdi|perdimos|me robaron) .. llaves",
    "(robo|entraron a robar|se metieron)",
    "(arbol|rama) .. (cayo|caido|caida)",
    "hueco .. techo",
)

#: The customer's own word for it.
PLEA: tuple[str, ...] = (
    "emergency(?! (generator|exits?|lights?|lighting|contact|kit|stop|shutoff|line|number|room|fund|service plan))",
    "urgent(ly)?",
    "(help|come|someone) .. (immediately|right away|right now|tonight)",
    "immediate (attention|help|assistance|response|service)",
    "(cant|cannot) wait(?! to)",
    "(emergencia|urgente|urgentemente|urgencia|urge|me urge)",
    "(ahora mismo|de inmediato|inmediatamente)",
)

#: The customer says that it can wait. Takes back everything but DANGER.
CAN_WAIT: tuple[str, ...] = (
    "(no|not|isnt|is not|arent|not really|non|nothing|not exactly|hardly|not a real) "
    "(an |a |that |very |super |so |at all )?(emergency|urgent|urgency)",
    "(no|not in a|not in any|not a) (rush|hurry)",
    "(whenever|any time|anytime) (you|is|that|it|works|suits)",
    "can wait",
    "when you (get|have) (a chance|time)",
    "no (es |hay |una |es una |es muy |tan )*(urgente|emergencia|urgencia|prisa)",
    "sin (prisa|urgencia)",
    "cuando (pueda|puedan|tenga tiempo|guste)",
)

#: Before a phrase, in the same clause, they turn it round: "no leak", "not flooding", "no hay fuga".
NEGATIONS = frozenset(
    {"no", "not", "never", "without", "isnt", "arent", "wasnt", "werent", "dont", "doesnt", "didnt", "hasnt"}
    | {"havent", "aint", "cannot", "cant", "non", "neither", "nor", "stopped", "prevent", "prevents"}
    | {"preventing", "avoid", "sin", "ningun", "ninguna", "nunca", "tampoco", "ni"}
)

#: They keep a denied phrase standing: "will not stop leaking", "cannot control the overflow".
STILL_BAD = frozenset(
    {"stop", "stops", "stopping", "contain", "contained", "control", "controlled", "close", "shut", "turn"}
    | {"fix", "wait", "flush", "flushing", "drain"}
)

#: Right before a phrase they make it small: "a slow leak", "partial loss of heating".
WEAKENERS = frozenset(
    {"minor", "small", "slow", "tiny", "slight", "slightly", "little", "partial", "partially", "weak"}
    | {"pequena", "pequeno", "poco", "poca", "leve", "lenta", "lento"}
)
