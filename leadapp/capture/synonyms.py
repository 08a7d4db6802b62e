"""What the fields of a lead are called by websites, automation tools and vendors, in English and Spanish."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _table(rows: str) -> dict[str, tuple[str, ...]]:
    named = (row.partition(":") for row in rows.split(";"))
    return {field.strip(): tuple(names.split()) for field, _, names in named}


#: For each field its names, folded, the surest first. Two words stand for a key inside another: customer, name.
SYNONYMS = _table("""
    name: name fullname yourname contactname customername clientname leadname callername displayname fromfullname
        fromname sendername nombrecompleto nombreyapellidos nombreyapellido nombre namefull nom vollername;
    first_name: firstname first fname givenname forename namefirst primernombre prenom vorname;
    last_name: lastname last lname surname familyname namelast apellidos apellido nachname;
    phone: phone phonenumber telephone telephonenumber tel mobile mobilephone mobilenumber cell cellphone cellnumber
        primaryphone phoneprimary homephone workphone dayphone daytimephone eveningphone contactnumber contactphone
        phonefull phonenumberfull phonemobile phonehome phonework callernum callernumber callerphone callerid
        customerphone customerphonenumber fromnumber fromphone caller textremindernumber smsnumber whatsapp
        whatsappnumber telefono numerotelefono numerodetelefono telefonomovil telefonocelular telefonodecontacto
        movil celular telefon handy secondaryphone alternatephone otherphone phone2 senderphone;
    email: email emailaddress mail youremail useremail workemail contactemail customeremail leademail emailid
        fromfullemail fromemail correo correoelectronico direcciondecorreo mailaddress courriel secondaryemail
        senderemail;
    message: message yourmessage messagebody messagetext comments comment commentsorquestions questionsorcomments
        additionalcomments description jobdescription projectdescription requestdescription details projectdetails
        jobdetails notes note mensaje comentarios comentario descripcion detalles consulta inquiry enquiry question
        body bodyplain textbody bodytext plain text strippedtextreply content transcription howcanwehelp
        howcanwehelpyou whatcanwehelpwith whatcanwehelpyouwith howcanwebeofservice issue problem problema tellusmore
        nachricht longtext longanswer enquepodemosayudarle enquepodemosayudarte comopodemosayudarle
        comopodemosayudarte;
    html: htmlbody html bodyhtml;
    service: service services servicetype servicename servicerequested serviceneeded servicerequired typeofservice
        category categoryname servicecategory taskname jobtype projecttype typeofwork worktype interestedin servicio
        servicios tipodeservicio tiposervicio categoria trade requesttype scheduledeventname eventtypename;
    address: address streetaddress street address1 addressline1 addrline1 addressaddrline1 addressline streetline1
        fulladdress propertyaddress serviceaddress jobaddress homeaddress mailingaddress direccion domicilio calle
        adresse addressstreetaddress addressstreet;
    address_2: address2 addressline2 addrline2 streetaddress2 streetaddressline2 streetline2 apt apartment unit
        suite addressaddressline2;
    city: city town citytown ciudad poblacion localidad municipio ville stadt addresscity fromcity callercity;
    region: region regioncode state stateprovince provincestate province statecode county estado provincia
        addressstate fromstate callerstate addressstateprovince addressstateprovinceregion;
    postcode: postcode postalcode postal zip zipcode zippostalcode zippostal plz cp codigopostal pincode codepostal
        addresszip fromzip callerzip addresszippostalcode addresszipcode addresspostalcode;
    country: country countrycode countryname pais land fromcountry callercountry addresscountry;
    company: company companyname business businessname organization organisation organizationname organisationname
        empresa nombredelaempresa firma;
    company_size: companysize numberofemployees employees employeecount teamsize tamanodelaempresa numerodeempleados;
    industry: industry sector industria;
    language: language preferredlanguage lang locale idioma;
    consent: consent smsconsent marketingconsent gdpr gdprconsent gdpragreement optin smsoptin acceptance
        acceptterms termsaccepted agreetoterms privacypolicy consentimiento legal;
    source: source leadsource origen;
    external_id: externalid leadoid leadid leadgenid submissionid entryid responseid formresponsetoken negotiationid
        smsmessagesid messagesid callsid smssid messageid payloaduri eventid requestid sid uuid;
    received_at: receivedat receivedtime createdtime createdat createtime createtimestamp createdon datecreated
        creationdate submittedat submittedon submissiondate submissiontime datesubmitted requestdate datesent
        timestamp datetime date
""")
KNOWN = frozenset(name for names in SYNONYMS.values() for name in names)

#: Who and what is not the customer: nothing below these is taken for his.
OTHERS = _set("""
    business vendor provider dealer agent rep representative assignedto assignee owner staff employee tofull cc
    ccfull bcc bccfull recipient headers envelope definition utm paging subresourceuris tracking spam charsets
    attachments eventmemberships eventguests
""")
#: Things with names and addresses of their own: nothing directly in these is taken for the customer's.
THINGS = _set("""
    form page campaign ad adset event eventtype scheduledevent category service product item file site company
    organization organisation account team source vehicle to
""")
_THING_NAMES = _set("name title description id email phone")

_FLUFF = _set("""
    what whats is are s your you my the a an our please enter provide give us best preferred and or of for user
    contact customer client lead caller person applicant visitor homeowner invitee text cual es su tu el la los las
    de del por favor mi numero
""")
_LONGEST_NAME = 300  # of a longer one this much is looked at, and no more is kept in memory
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_JOTFORM_NUMBER = re.compile(r"^q\d+_(?=.)")
_TECHNICAL_END = _set("""
    id ids sid oid key token uri url href ip agent version hash ref checksum slug code response nonce referer
    referrer page price path timestamp score report cursor status method updated created modified gmt at signature
""")
_TECHNICAL_START = _set("""
    utm is has g ga gclid fbclid msclkid wp csrf xsrf captcha api error price ad adset campaign
""")
_TECHNICAL = _set("""
    event eventtype object field type username currency timezone charsets dkim spf pretty direction created
    createdby channel calculatedscore landedat formname formtitle tag numsegments to called position submit action
    platform pagename
""")


def words(key: str) -> tuple[str, ...]:
    """The words of a field name, without case, accents, punctuation and Jotform's question numbers."""
    return _words(key[:_LONGEST_NAME])


@lru_cache(maxsize=4096)
def _words(key: str) -> tuple[str, ...]:
    key = _CAMEL.sub(" ", without_number(key))
    plain = "".join(c for c in unicodedata.normalize("NFKD", key) if not unicodedata.combining(c))
    return tuple(_WORD.findall(plain.casefold()))


def without_number(key: str) -> str:
    """The field name without the question number that Jotform puts before it."""
    return _JOTFORM_NUMBER.sub("", key, count=1)


def fold(key: str) -> str:
    """The words as one: "Your E-mail" is "youremail"."""
    return "".join(words(key))


def forms(key: str) -> tuple[str, ...]:
    """The folded forms under which a field name may be known, the exact one first."""
    return _forms(key[:_LONGEST_NAME])


@lru_cache(maxsize=4096)
def _forms(key: str) -> tuple[str, ...]:
    exact = fold(key)
    if exact in KNOWN:
        return (exact,)
    bare = "".join(word for word in words(key) if word not in _FLUFF)
    shorter = (bare, exact.rstrip("0123456789"), bare.rstrip("0123456789"))
    # "customer id" is an id, but not the lead's.
    return (exact, *(form for form in dict.fromkeys(shorter) if form and form != exact and not form.endswith("id")))


def is_someone_elses(path: tuple[str, ...]) -> bool:
    """True when the value at the path says something of a business, a form or a mailbox rather than of the customer."""
    parents = [fold(part) for part in path[:-1]]
    if not OTHERS.isdisjoint(parents):
        return True
    return bool(parents) and parents[-1] in THINGS and fold(path[-1]) in _THING_NAMES


def is_technical(key: str) -> bool:
    """True for ids, addresses of pages, counters and switches, which nobody wants to read in a message."""
    parts = words(key)
    if not parts:
        return True
    return parts[-1] in _TECHNICAL_END or parts[0] in _TECHNICAL_START or "".join(parts) in _TECHNICAL
