"""Names and addresses of western, northern and southern Europe."""

from __future__ import annotations

from calmony_desktop.operations.fill_demo.countries import Country

WESTERN_EUROPE = (
    Country(
        "DE", "EUR", "de-DE", 26,
        women="Antje Birgit Franziska Gesa Henrike Jana Katrin Lieselotte Maren Nele Silke Ute",
        men="Arne Bernd Detlef Eike Fabian Hauke Jörg Lennart Malte Ole Sönke Volker",
        family="Ahlers Brandhorst Clausen Dierksen Ehlers Feddersen Grothe Harms Jessen Köhlmann "
        "Lüders Meinert Nissen Ohlendorf Petersen Quast Rohwer Sievers Thomsen Wülfing",
        places="Hamburg, 22###|Berlin, 10###|Bremen, 28###|Kiel, 241##|Lübeck, 235##|München, 80###"
        "|Leipzig, 041##|Köln, 506##|Stuttgart, 701##|Nürnberg, 904##|Osnabrück, 490##",
        streets="Lindenallee|Am Alten Hafen|Fabrikstraße|Mühlenweg|Bahnhofstraße|Deichstraße"
        "|Gewerbering|Kirchenallee|Schmiedegasse|Am Güterbahnhof",
        phones="+49 40 66969 ###|+49 30 23125 ###|+49 221 4710 ###|+49 89 99998 ###",
        companies="Autohaus {family} GmbH|Kfz-Werkstatt {family}|{family} & Söhne KG"
        "|Zweirad {family}|{family} Landtechnik GmbH & Co. KG|Spedition {family} GmbH"
        "|Karosseriebau {family}|{family} Nutzfahrzeuge GmbH",
        vat="DE#########",
    ),
    Country(
        "AT", "EUR", "de-AT", 6,
        women="Barbara Eva-Maria Johanna Magdalena Romana Theresia",
        men="Alois Christoph Florian Gottfried Leopold Reinhard",
        family="Aigner Brandstätter Eibensteiner Gruber Haslinger Kirchmair Moosbrugger Pichler "
        "Riegler Stadlober Weißensteiner Zauner",
        places="Wien, 10#0|Graz, 80#0|Linz, 40#0|Salzburg, 50#0|Innsbruck, 60#0",
        streets="Josefgasse|Grazer Straße|Am Mühlbach|Schlossbergweg|Gewerbepark Nord",
        phones="+43 1 555 0# ##|+43 316 555 0##",
        companies="{family} Fahrzeugtechnik GmbH|Autowerkstätte {family}|{family} & Partner OG",
        vat="ATU########",
    ),
    Country(
        "CH", "CHF", "de-CH", 7,
        women="Annelies Corinne Flurina Madeleine Regula Seraina",
        men="Beat Gian Jürg Reto Urs Yannick",
        family="Aebersold Bieri Caflisch Dürrenberger Gfeller Hürlimann Imboden Käslin Rüegg "
        "Schnyder Tschanz Zbinden",
        places="Zürich, 80##|Bern, 30##|Basel, 40##|Luzern, 600#|Chur, 700#|Genève, 120#",
        streets="Seestrasse|Bahnhofplatz|Industriestrasse|Im Gwatt|Dorfstrasse",
        phones="+41 44 555 ## ##|+41 31 555 ## ##",
        companies="Garage {family} AG|{family} Motorgeräte AG|Velowerk {family} GmbH",
        vat="CHE-###.###.### MWST",
    ),
    Country(
        "NL", "EUR", "nl-NL", 8,
        women="Anouk Femke Hanneke Lieke Marijke Sanne",
        men="Bram Diederik Joost Maarten Sjoerd Wouter",
        family="Akkermans Blokland Bruinsma Dijkhuizen Hoekstra Lindeboom Mulder "
        "Oosterhuis Postma Schippers Veenstra Zijlstra",
        places="Amsterdam, 10## GK|Rotterdam, 30## BX|Utrecht, 35## HD|Groningen, 97## LP"
        "|Eindhoven, 56## TC",
        streets="Havenkade|Molenstraat|Industrieweg|Prinsengracht|De Kuil",
        phones="+31 20 555 ####|+31 10 555 ####",
        companies="Garage {family} B.V.|{family} Techniek B.V.|Fietsatelier {family}",
        vat="NL#########B01",
    ),
    Country(
        "BE", "EUR", "nl-BE", 4,
        women="Annelien Charlotte Liesbeth Noémie",
        men="Gauthier Jeroen Pieter Thibault",
        family="Claeys Delvaux Goossens Lambrecht Mertens Vandecasteele Verstraeten Wouters",
        places="Brussel, 10#0|Antwerpen, 20#0|Gent, 90#0|Liège, 40#0",
        streets="Kerkstraat|Rue du Moulin|Steenweg|Havenlaan",
        phones="+32 2 555 ## ##",
        companies="{family} Carrosserie bv|Garage {family} nv",
        vat="BE0#########",
    ),
    Country(
        "FR", "EUR", "fr-FR", 12,
        women="Aurélie Bérénice Clémence Élodie Maëlle Océane Solène Zoé",
        men="Aurélien Benoît Cédric Gaël Loïc Mathieu Rémi Yves",
        family="Aubertin Bonnefoy Charpentier Delacourt Ferrand Guillemot Jacquemin Kermarrec "
        "Lefrançois Maréchal Peyronnet Rousselle Thévenot Vauquelin",
        places="Paris, 7500#|Lyon, 6900#|Nantes, 44000|Toulouse, 31#00|Strasbourg, 67000"
        "|Rennes, 35#00|Lille, 59000",
        streets="rue des Tanneurs|avenue de la Gare|quai des Forges|impasse du Lavoir"
        "|rue Saint-Éloi|boulevard du Port",
        phones="+33 1 99 00 ## ##|+33 4 65 71 ## ##",
        companies="Garage {family} SARL|Atelier {family}|Mécanique {family} SAS"
        "|Cycles {family}|Transports {family} & Fils",
        line1="{number} {street}",
        vat="FR###########",
    ),
    Country(
        "IT", "EUR", "it-IT", 9,
        women="Alessia Benedetta Chiara Donatella Ilaria Ludovica",
        men="Alessandro Dario Gabriele Lorenzo Niccolò Tommaso",
        family="Albarello Bencivenga Castellani D’Amico Fabbricatore Galimberti Montefusco "
        "Pellegrino Ruggiero Tagliabue Valsecchi Zambelli",
        places="Milano, 201##, MI|Torino, 101##, TO|Bologna, 401##, BO|Napoli, 801##, NA"
        "|Verona, 371##, VR",
        streets="Via dei Mille|Corso Italia|Via Garibaldi|Viale della Stazione|Via del Lavoro",
        phones="+39 02 555 ####|+39 051 555 ####",
        companies="Officina {family} S.r.l.|Autoricambi {family}|Carrozzeria {family} S.n.c.",
        line1="{street}, {number}",
        vat="IT###########",
    ),
    Country(
        "ES", "EUR", "es-ES", 9,
        women="Ainhoa Carmen Inés Lucía Nerea Rocío",
        men="Álvaro Gonzalo Iker Joaquín Rubén Xavier",
        family="Aguirre Baeza Cifuentes Echevarría Fuentes Ibáñez Lozano Montalbán Ordóñez "
        "Peñalver Quintana Zubiri",
        places="Madrid, 280##|Barcelona, 080##|Valencia, 460##|Sevilla, 410##|Bilbao, 480##"
        "|Zaragoza, 500##",
        streets="Calle del Olmo|Avenida de la Industria|Calle Mayor|Paseo de la Ribera"
        "|Calle San Isidro",
        phones="+34 91 555 ## ##|+34 93 555 ## ##",
        companies="Talleres {family} S.L.|Recambios {family} S.A.|Autoservicio {family} S.L.U.",
        line1="{street} {number}",
        order="{given} {family} {second}",
        vat="ESB########",
    ),
    Country(
        "PT", "EUR", "pt-PT", 5,
        women="Beatriz Catarina Leonor Matilde",
        men="Afonso Duarte Gonçalo Tiago",
        family="Abrantes Cardoso Figueiredo Lourenço Magalhães Nóbrega Seixas Vasconcelos",
        places="Lisboa, 1000-###|Porto, 4000-###|Coimbra, 3000-###|Braga, 4700-###",
        streets="Rua das Oficinas|Avenida da Liberdade|Rua do Almada|Travessa do Carmo",
        phones="+351 21 555 ####|+351 22 555 ####",
        companies="Oficina {family} Lda.|Auto {family} Unipessoal Lda.",
        line1="{street}, {number}",
        order="{given} {family} {second}",
        vat="PT#########",
    ),
    Country(
        "GB", "GBP", "en-GB", 14,
        women="Bronwen Eilidh Harriet Imogen Lorna Philippa Rhiannon Tamsin",
        men="Alistair Callum Dafydd Gareth Hamish Nigel Rupert Trevor",
        family="Ashworth Blenkinsop Cadwallader Drummond Entwistle Fairweather Gilchrist "
        "Hathersage Macpherson Penhaligon Rowbotham Satterthwaite Tremayne Whitcombe",
        places="London, SE1# 4PL|Manchester, M1# 2GH|Leeds, LS# 7QT|Glasgow, G1# 8NB"
        "|Cardiff, CF1# 3RD|Bristol, BS# 6LE|Norwich, NR# 1AU",
        streets="Mill Lane|Station Road|Canal Street|The Old Tannery|Foundry Row|Church Walk",
        phones="+44 20 7946 0###|+44 1632 960###|+44 7700 900###",
        companies="{family} & Sons Ltd|{family} Motors Ltd|{city} Cycle Works"
        "|{family} Plant Hire Ltd|{family} Coachworks",
        line1="{number} {street}",
        vat="GB#########",
    ),
    Country(
        "IE", "EUR", "en-IE", 4,
        women="Aoife Ciara Gráinne Siobhán",
        men="Cathal Fionn Oisín Pádraig",
        family="Brannigan Carmody Fitzmaurice Mac_Giolla Ní_Dhomhnaill O’Rourke Tierney Quilty",
        places="Dublin, D0# X2R6|Cork, T12 W8#P|Galway, H91 K#3C|Limerick, V94 T#80",
        streets="Harbour View|Chapel Street|Quay Road|Ballymore Park",
        phones="+353 20 91# ####",
        companies="{family} Agri Services Ltd|{family} Garage Ltd",
        line1="{number} {street}",
        vat="IE#######WA",
    ),
    Country(
        "SE", "SEK", "sv-SE", 7,
        women="Åsa Ebba Gunilla Linnéa Maj-Britt Tindra",
        men="Björn Göran Isak Nils-Erik Rasmus Östen",
        family="Ahlström Bergqvist Dahlberg Ekström Forsgren Hägglund Lindahl Nyström Sjöberg "
        "Wallin Åkerlund Öhman",
        places="Stockholm, 11# ##|Göteborg, 41# ##|Malmö, 21# ##|Umeå, 903 ##|Uppsala, 753 ##",
        streets="Hamngatan|Verkstadsgatan|Björkvägen|Storgatan|Kvarnbacken",
        phones="+46 8 465 004 ##|+46 31 390 06 ##",
        companies="{family}s Bilverkstad AB|{family} Maskin AB|Cykelhuset {city} HB",
        vat="SE##########01",
    ),
    Country(
        "NO", "NOK", "nb-NO", 4,
        women="Astrid Hilde Ragnhild Synnøve",
        men="Håkon Leif Øystein Trygve",
        family="Aasen Bakkerud Fjeldstad Gjerde Kvamme Nygård Solheim Tveit",
        places="Oslo, 05##|Bergen, 50##|Trondheim, 70##|Tromsø, 90##",
        streets="Bryggegata|Fjordveien|Kirkegata|Sagveien",
        phones="+47 22 55 5# ##",
        companies="{family} Båt & Motor AS|{family} Bilservice AS",
        vat="#########MVA",
    ),
    Country(
        "DK", "DKK", "da-DK", 5,
        women="Birgitte Freja Kirstine Signe",
        men="Asger Frederik Mikkel Søren",
        family="Bruun Dalsgaard Frandsen Højgaard Kjærgaard Mathiasen Skovgaard Østergaard",
        places="København, 21##|Aarhus, 80##|Odense, 50##|Aalborg, 90##",
        streets="Nørregade|Havnevej|Smedegårdsvej|Vestergade",
        phones="+45 33 55 5# ##",
        companies="{family} Auto ApS|{family} Cykler",
        vat="DK########",
    ),
    Country(
        "FI", "EUR", "fi-FI", 4,
        women="Aino Hilkka Päivi Tuuli",
        men="Eero Jarkko Pekka Väinö",
        family="Hämäläinen Jokela Kettunen Lehtonen Mäkinen Rantala Savolainen Ylönen",
        places="Helsinki, 00##0|Tampere, 33##0|Turku, 20##0|Oulu, 90##0",
        streets="Satamakatu|Koivutie|Konepajankuja|Rautatienkatu",
        phones="+358 9 555 0###",
        companies="{family} Korjaamo Oy|Konehuolto {family} Oy",
        vat="FI########",
    ),
    Country(
        "IS", "ISK", "is-IS", 2,
        women="Guðrún Hrafnhildur Sigríður Þórdís",
        men="Ásgeir Hallgrímur Sigurður Þorsteinn",
        family="Arnarson/Arnardóttir Eiríksson/Eiríksdóttir Jökulsson/Jökulsdóttir "
        "Valsson/Valsdóttir",
        places="Reykjavík, 10#|Akureyri, 600|Ísafjörður, 400",
        streets="Hafnargata|Lækjargata|Strandvegur",
        phones="+354 555 0###",
        companies="Bílaverkstæði {city} ehf.|Vélsmiðjan {city} ehf.",
    ),
)
