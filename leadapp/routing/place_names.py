"""What countries, regions and cities are called: codes, names in English, and names in Spanish where they differ."""

#: ISO code, three-letter code, names.
COUNTRIES = """
ad and Andorra; ae are United Arab Emirates|UAE|Emirates|Emiratos Árabes Unidos; af afg Afghanistan|Afganistán; ag atg
Antigua and Barbuda; al alb Albania; am arm Armenia; ao ago Angola; ar arg Argentina; at aut Austria; au aus
Australia|Commonwealth of Australia; aw abw Aruba; az aze Azerbaijan|Azerbaiyán; ba bih Bosnia and Herzegovina|Bosnia;
bb brb Barbados; bd bgd Bangladesh; be bel Belgium|Bélgica|Belgique; bf bfa Burkina Faso; bg bgr Bulgaria; bh bhr
Bahrain; bi bdi Burundi; bj ben Benin; bm bmu Bermuda; bn brn Brunei; bo bol Bolivia; br bra Brazil|Brasil; bs bhs
Bahamas|The Bahamas; bt btn Bhutan; bw bwa Botswana; by blr Belarus; bz blz Belize|Belice; ca can Canada|Canadá; cd
cod Democratic Republic of the Congo|DRC|DR Congo; cf caf Central African Republic; cg cog Congo|Republic of the
Congo; ch che Switzerland|Suiza|Schweiz|Suisse; ci civ Ivory Coast|Côte d'Ivoire; cl chl Chile; cm cmr Cameroon; cn
chn China|PRC; co col Colombia; cr cri Costa Rica; cu cub Cuba; cv cpv Cape Verde; cy cyp Cyprus; cz cze Czechia|Czech
Republic|República Checa; de deu Germany|Alemania|Deutschland; dj dji Djibouti; dk dnk Denmark|Dinamarca; dm dma
Dominica; do dom Dominican Republic|República Dominicana; dz dza Algeria; ec ecu Ecuador; ee est Estonia; eg egy
Egypt|Egipto; er eri Eritrea; es esp Spain|España; et eth Ethiopia; fi fin Finland|Finlandia; fj fji Fiji; fm fsm
Micronesia; fr fra France|Francia; ga gab Gabon; gd grd Grenada; ge geo Georgia; gh gha Ghana; gm gmb Gambia; gb gbr
United Kingdom|UK|Great Britain|Britain|GB|Reino Unido|Gran Bretaña; gi gib Gibraltar; gl grl Greenland; gn gin
Guinea; gq gnq Equatorial Guinea; gr grc Greece|Grecia; gt gtm Guatemala; gu gum Guam; gw gnb Guinea-Bissau; gy guy
Guyana; hk hkg Hong Kong; hn hnd Honduras; hr hrv Croatia|Croacia; ht hti Haiti|Haití; hu hun Hungary|Hungría; id idn
Indonesia; ie irl Ireland|Republic of Ireland|Irlanda|Éire; il isr Israel; in ind India; iq irq Iraq|Irak; ir irn
Iran|Irán; is isl Iceland|Islandia; it ita Italy|Italia; jm jam Jamaica; jo jor Jordan|Jordania; jp jpn Japan|Japón;
ke ken Kenya|Kenia; kg kgz Kyrgyzstan; kh khm Cambodia|Camboya; ki kir Kiribati; km com Comoros; kn kna Saint Kitts
and Nevis; kp prk North Korea|Corea del Norte; kr kor South Korea|Korea|Republic of Korea|Corea del Sur; kw kwt
Kuwait; ky cym Cayman Islands; kz kaz Kazakhstan; la lao Laos; lb lbn Lebanon|Líbano; lc lca Saint Lucia; li lie
Liechtenstein; lk lka Sri Lanka; lr lbr Liberia; ls lso Lesotho; lt ltu Lithuania|Lituania; lu lux Luxembourg; lv lva
Latvia|Letonia; ly lby Libya; ma mar Morocco|Marruecos; mc mco Monaco; md mda Moldova; me mne Montenegro; mg mdg
Madagascar; mh mhl Marshall Islands; mk mkd North Macedonia|Macedonia; ml mli Mali; mm mmr Myanmar|Burma; mn mng
Mongolia; mo mac Macau|Macao; mr mrt Mauritania; mt mlt Malta; mu mus Mauritius; mv mdv Maldives; mw mwi Malawi; mx
mex Mexico|México|Méjico; my mys Malaysia; mz moz Mozambique; na nam Namibia; ne ner Niger; ng nga Nigeria; ni nic
Nicaragua; nl nld Netherlands|The Netherlands|Holland|Holanda|Países Bajos|Nederland; no nor Norway|Noruega; np npl
Nepal; nr nru Nauru; nz nzl New Zealand|Aotearoa|Nueva Zelanda; om omn Oman|Omán; pa pan Panama|Panamá; pe per
Peru|Perú; pg png Papua New Guinea; ph phl Philippines|The Philippines|Filipinas; pk pak Pakistan|Pakistán; pl pol
Poland|Polonia; pr pri Puerto Rico; ps pse Palestine; pt prt Portugal; pw plw Palau; py pry Paraguay; qa qat Qatar; ro
rou Romania|Rumanía; rs srb Serbia; ru rus Russia|Russian Federation|Rusia; rw rwa Rwanda; sa sau Saudi
Arabia|KSA|Arabia Saudita; sb slb Solomon Islands; sc syc Seychelles; sd sdn Sudan; se swe Sweden|Suecia; sg sgp
Singapore|Singapur; si svn Slovenia|Eslovenia; sk svk Slovakia|Eslovaquia; sl sle Sierra Leone; sm smr San Marino; sn
sen Senegal; so som Somalia; sr sur Suriname; ss ssd South Sudan; sv slv El Salvador; sy syr Syria|Siria; sz swz
Eswatini|Swaziland; td tcd Chad; tg tgo Togo; th tha Thailand|Tailandia; tj tjk Tajikistan; tl tls Timor-Leste|East
Timor; tm tkm Turkmenistan; tn tun Tunisia|Túnez; to ton Tonga; tr tur Turkey|Türkiye|Turquía; tt tto Trinidad and
Tobago|Trinidad; tv tuv Tuvalu; tw twn Taiwan|Taiwán; tz tza Tanzania; ua ukr Ukraine|Ucrania; ug uga Uganda; us usa
United States|United States of America|America|Estados Unidos|Estados Unidos de América|EE.UU.|EE. UU.|EUA|U.S. of A.;
uy ury Uruguay; uz uzb Uzbekistan; va vat Vatican City|Vatican; vc vct Saint Vincent and the Grenadines; ve ven
Venezuela; vn vnm Vietnam|Viet Nam; vu vut Vanuatu; ws wsm Samoa; xk xkx Kosovo; ye yem Yemen; za zaf South
Africa|Sudáfrica; zm zmb Zambia; zw zwe Zimbabwe
"""

#: Who says one of these is also in the country, but a rule for one of them does not take the whole country.
PARTS = {
    "england": "gb",
    "scotland": "gb",
    "wales": "gb",
    "northern ireland": "gb",
    "inglaterra": "gb",
    "escocia": "gb",
}

#: By country: code, names.
REGIONS = {
    "us": """
al Alabama; ak Alaska; az Arizona; ar Arkansas; ca California|Calif; co Colorado; ct Connecticut; de Delaware; dc
District of Columbia|Washington DC|Washington D.C.|D.C.; fl Florida; ga Georgia; hi Hawaii|Hawái; id Idaho; il
Illinois; in Indiana; ia Iowa; ks Kansas; ky Kentucky; la Louisiana|Luisiana; me Maine; md Maryland; ma
Massachusetts|Mass; mi Michigan|Míchigan; mn Minnesota; ms Mississippi|Misisipi; mo Missouri|Misuri; mt Montana; ne
Nebraska; nv Nevada; nh New Hampshire|Nuevo Hampshire; nj New Jersey|Nueva Jersey; nm New Mexico|Nuevo México; ny New
York|Nueva York|NYS|New York State; nc North Carolina|Carolina del Norte|N Carolina; nd North Dakota|Dakota del
Norte|N Dakota; oh Ohio; ok Oklahoma; or Oregon|Oregón; pa Pennsylvania|Penn|Penna|Pensilvania; ri Rhode Island; sc
South Carolina|Carolina del Sur|S Carolina; sd South Dakota|Dakota del Sur|S Dakota; tn Tennessee|Tenn; tx
Texas|Tejas; ut Utah; vt Vermont; va Virginia; wa Washington|Washington State; wv West Virginia|Virginia Occidental|W
Virginia; wi Wisconsin; wy Wyoming; pr Puerto Rico; gu Guam; vi Virgin Islands|US Virgin Islands; as American Samoa;
mp Northern Mariana Islands
""",
    "ca": """
ab Alberta; bc British Columbia|Columbia Británica; mb Manitoba; nb New Brunswick|Nouveau-Brunswick; nl Newfoundland
and Labrador|Newfoundland|Newfoundland & Labrador|NF; ns Nova Scotia|Nueva Escocia; nt Northwest Territories|NWT; nu
Nunavut; on Ontario|Ont; pe Prince Edward Island|PEI; qc Quebec|Québec|PQ|Que; sk Saskatchewan|Sask; yt Yukon|Yukon
Territory|YK
""",
    "au": """
act Australian Capital Territory; nsw New South Wales|Nueva Gales del Sur; nt Northern Territory; qld Queensland; sa
South Australia; tas Tasmania; vic Victoria; wa Western Australia
""",
}

#: The usual name, then the others.
CITIES = """
new york: nyc, new york city, nueva york, ciudad de nueva york
los angeles: la
san francisco: sf, san fran
philadelphia: philly, phila, filadelfia
las vegas: vegas
new orleans: nola, nueva orleans
salt lake city: slc
oklahoma city: okc
mumbai: bombay
bengaluru: bangalore
kolkata: calcutta
chennai: madras
mexico city: cdmx, ciudad de mexico
"""
